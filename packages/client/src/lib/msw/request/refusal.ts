import {
  type Problem,
  type ProblemCode,
  type ProblemExtensions,
  type ProblemIssue,
  problems,
  problemType,
} from "../../contract/problem.js";

/** Details of a refusal in addition to its code. */
export interface RefusalOptions extends ProblemExtensions {
  /** Milliseconds until a retry may succeed: sent as `Retry-After`. */
  readonly retryAfterMs?: number;
  /** @default the title of the code */
  readonly detail?: string;
  /** Additional response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown to respond with a problem. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ProblemCode;
  readonly options: RefusalOptions;

  constructor(code: ProblemCode, options: RefusalOptions = {}) {
    super(options.detail ?? problems[code].title);
    this.code = code;
    this.options = options;
  }
}

/** Refuses a request with one invalid part. */
export function invalidInput(message: string, path: ProblemIssue["path"]): Refusal {
  return invalidInputs([{ message, path }]);
}

/** Refuses a request with several invalid parts. */
export function invalidInputs(issues: readonly ProblemIssue[]): Refusal {
  const [first] = issues;
  return new Refusal("invalid_input", { issues, ...(first !== undefined && { detail: detailOf(first) }) });
}

/** Seconds for a header: rounded up, and at least 1. */
export function toWholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** Converts a refusal to a response, as the server does. */
export function problemResponse({ code, message, options }: Refusal, requestId: string): Response {
  const { status, retryable, title } = problems[code];
  const { retryAfterMs, detail: _, headers, ...extensions } = options;
  const body: Problem = {
    type: problemType(code),
    title,
    // Codes without a status are created by the client only.
    status: status ?? 500,
    code,
    detail: message,
    retryable,
    requestId,
    ...extensions,
  };
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      ...headers,
      ...(retryAfterMs !== undefined && { "retry-after": String(toWholeSeconds(retryAfterMs)) }),
    },
  });
}

/** Same format as the server: the field and its problem. */
function detailOf({ message, path }: ProblemIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}
