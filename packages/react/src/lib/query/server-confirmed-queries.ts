import type { QueryFunctionContext } from "@tanstack/react-query";

/**
 * Queries whose current or last fetch the server itself responded to. Other data in the host's cache does not prove who is
 * signed in: it may be restored by a persister, streamed with the page, or set by hand.
 */
export const serverConfirmedQueries = new WeakSet<object>();

/** Marks the query of a fetch as confirmed, and returns the response. */
export function markServerConfirmed<Response>(
  { client, queryKey }: Pick<QueryFunctionContext, "client" | "queryKey">,
  response: Response,
): Response {
  const query = client.getQueryCache().find({ queryKey });
  if (query !== undefined) serverConfirmedQueries.add(query);
  return response;
}
