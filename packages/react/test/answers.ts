import { type ProblemCode, problems, problemType } from "@safelight/client/contract";

/** Answers an error as the server does. */
export function problem(code: ProblemCode, headers: Record<string, string> = {}): Response {
  const { status, retryable, title } = problems[code];
  const body = { type: problemType(code), title, status, code, detail: title, retryable, requestId: "request-1" };
  return Response.json(body, {
    status: status ?? 500,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** Throws as `fetch` does when the connection breaks. */
export function lostConnection(): never {
  throw new TypeError("Failed to fetch");
}

/** Answers a body. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}
