import type { EventsOptions, SafelightEvent } from "../client.js";
import { type Generation, isTerminal } from "../contract/generation.js";
import type { GenerationResponse } from "../contract/wire.js";
import { generationPath } from "../requests/generation-path.js";
import type { Transport } from "../requests/transport.js";
import { createPoller } from "./poller.js";

/** Everything that changes for the owner after a position. */
type Follow = (after: EventsOptions["after"]) => AsyncIterable<SafelightEvent>;

/** The loop of `watch`: the generation as it is, then what the owner is told of it, by the connection of all who follow. */
export async function* watchGeneration(
  transport: Transport,
  { id, follow, signal }: { readonly id: string; readonly follow: Follow; readonly signal: AbortSignal },
): AsyncGenerator<Generation, void> {
  const path = generationPath(id);
  const poller = createPoller(transport, signal);
  const ask = async (): Promise<Generation> => {
    for (;;) {
      const answer = await poller.ask<GenerationResponse>({ path, member: "generation" });
      if (answer?.body) return answer.body.generation;
      await poller.rest(0);
    }
  };

  const first = await ask();
  yield first;
  let { version } = first;
  if (isTerminal(first)) return;
  for await (const event of follow(first)) {
    const isGone = event.type === "deleted" && event.id === id;
    // What was told so far does not continue; or the owner is another one, who may not see it.
    const generation = isGone || event.type === "hello" ? await ask() : event.type === "generation" && event.generation;
    if (!generation || generation.id !== id || generation.version <= version) continue;
    version = generation.version;
    yield generation;
    if (isTerminal(generation)) return;
  }
}
