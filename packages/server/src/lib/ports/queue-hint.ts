/** The id with which the event bus publishes that generations left the queue of a gate; `null` for the queue without one. */
export function queueHintOf(gate: string | null): string {
  return gate === null ? "queue" : `queue:${gate}`;
}
