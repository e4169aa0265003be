import type { GenerateSession } from "./session-interface.js";

/** Shows the newest active generation of the session's model and scope. */
export function adoptActive({ live, options, getState, dispatch, watched }: GenerateSession): void {
  const data = getState().mayAdopt && live.queryClient.getQueryData(live.active.queryKey);
  if (!data) return;
  const { model, scope = null } = options;
  const newest = data.generations.find((other) => other.model === model && other.scope === scope);
  dispatch({ type: "listed", newest, isCurrent: live.isCurrent });
  if (newest !== undefined && getState().generation === newest) watched.add(newest.id);
}
