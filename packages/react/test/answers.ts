import {
  type Generation,
  type HistoryResponse,
  type ProblemCode,
  problems,
  problemType,
} from "@safelight/client/contract";

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

/** The page of a history that a query asks for, out of all generations, newest first. */
export function pageOf(
  all: readonly Generation[],
  query: URLSearchParams,
): Pick<HistoryResponse, "generations" | "nextCursor"> {
  const cursor = query.get("cursor");
  const rest = all.filter(
    (generation) =>
      (cursor === null || generation.id < cursor) &&
      (["status", "model", "scope"] as const).every(
        (name) => (query.get(name) ?? generation[name]) === generation[name],
      ),
  );
  const generations = rest.slice(0, Number(query.get("limit") ?? 20));
  return { generations, nextCursor: rest.length > generations.length ? (generations.at(-1)?.id ?? null) : null };
}

/** Gives fresh URLs to an answer, which hold for so long; `null` leaves them as they are. */
export async function signUrls(response: Response, holdMs: number | null): Promise<Response> {
  if (holdMs === null || !response.ok || response.status === 204) return response;
  const expiresAt = new Date(Date.now() + holdMs).toISOString();
  const signed = (await response.text()).replaceAll(
    /"urlsExpireAt":null(.*?)signature=1"/g,
    (_, between: string) => `"urlsExpireAt":"${expiresAt}"${between}expires=${expiresAt}"`,
  );
  return new Response(signed, response);
}
