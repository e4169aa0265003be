import type { QueryFunctionContext } from "@tanstack/react-query";

/**
 * Queries that the server itself has answered in the fetch that runs, or ran last. Whatever else a host brings into its cache
 * is no proof of who is signed in: what a persister restored, what is streamed with a page, what was set by hand.
 */
export const heardAnswers = new WeakSet<object>();

/** Notes that the server itself answers a query. */
export function hear<Answer>(
  { client, queryKey }: Pick<QueryFunctionContext, "client" | "queryKey">,
  answer: Answer,
): Answer {
  const query = client.getQueryCache().find({ queryKey });
  if (query !== undefined) heardAnswers.add(query);
  return answer;
}
