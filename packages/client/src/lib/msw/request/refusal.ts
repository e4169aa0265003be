import {
  type Problem,
  type ProblemCode,
  type ProblemExtensions,
  type ProblemIssue,
  problems,
  problemType,
} from "../../contract/problem.js";

/** What goes with a refusal beside its code. */
export interface RefusalOptions extends ProblemExtensions {
  /** When a repeat is worth it, in milliseconds: becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** @default the title of the code */
  readonly detail?: string;
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem. */
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

/** A request of which one part is wrong. */
export function invalidInput(message: string, path: ProblemIssue["path"]): Refusal {
  return invalidInputs([{ message, path }]);
}

/** A request of which some parts are wrong. */
export function invalidInputs(issues: readonly ProblemIssue[]): Refusal {
  const [first] = issues;
  return new Refusal("invalid_input", { issues, ...(first !== undefined && { detail: detailOf(first) }) });
}

/** Seconds for a header: rounded up, and at least 1. */
export function toWholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** Answers a refusal as the server does. */
export function problemResponse({ code, message, options }: Refusal, requestId: string): Response {
  const { status, retryable, title } = problems[code];
  const { retryAfterMs, detail: _, headers, ...extensions } = options;
  const body: Problem = {
    type: problemType(code),
    title,
    // The codes without a status are the client's own: no server answers them.
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

/** As the server words it: the field, and what is wrong with it. */
function detailOf({ message, path }: ProblemIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}
