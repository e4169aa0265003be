import type { Query, QueryFunctionContext } from "@tanstack/react-query";
import { partsIn } from "./answers.js";

/** What the server itself answered to a query last: as its how-manieth answer, and whose it was. */
const heard = new WeakMap<object, string>();

/**
 * Notes that the server itself answers a query. Whatever else a host brings into its cache is no proof of who is signed in:
 * what a persister restored, what is streamed with a page, what was set by hand.
 */
export function hear<Answer extends { readonly ownerTag: string }>(
  { client, queryKey }: Pick<QueryFunctionContext, "client" | "queryKey">,
  answer: Answer,
): Answer {
  const query = client.getQueryCache().find({ queryKey });
  if (query !== undefined) heard.set(query, noteOf(query.state.dataUpdateCount + 1, answer.ownerTag));
  return answer;
}

/** Whether what a query was given just now is what the server answered. */
export function isHeard(query: Query): boolean {
  return heard.get(query) === noteOf(query.state.dataUpdateCount, partsIn(query).at(-1)?.ownerTag);
}

function noteOf(count: number, ownerTag: string | undefined): string {
  return `${count} ${ownerTag}`;
}
