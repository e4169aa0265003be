import { type Generation, isTerminal } from "./contract/generation.js";
import { type GenerationResponse, headerNames } from "./contract/wire.js";
import { generationPath } from "./generation-path.js";
import { createPoller, type PolledAnswer } from "./poller.js";
import type { Transport } from "./transport.js";

/** The loop of `watch`: asks, then lets the server hold the question until the version changes. */
export async function* watchGeneration(
  transport: Transport,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Generation> {
  const poller = createPoller(transport, signal);
  const path = generationPath(id);
  let version = 0;
  // Names the version that is held. Where it cannot be read, the server answers at once, and is asked at its own pace.
  let etag: string | null = null;
  let pollAfterMs = 0;
  for (;;) {
    const answer: PolledAnswer<GenerationResponse> | null = await poller.ask({
      path,
      member: "generation",
      bodyless: 304,
      headers: etag === null ? {} : { "if-none-match": etag },
      waitSeconds: version > 0 ? poller.waitSeconds : 0,
    });
    let hasNews = false;
    if (answer?.body) {
      const { generation } = answer.body;
      etag = answer.headers.get("etag");
      pollAfterMs = Number(answer.headers.get(headerNames.pollAfterMs));
      // Answers may come from a replica that lags behind.
      hasNews = generation.version > version;
      if (hasNews) {
        version = generation.version;
        yield generation;
        if (isTerminal(generation)) return;
      }
    }
    if (answer !== null) poller.note(hasNews);
    await poller.rest(pollAfterMs);
  }
}
