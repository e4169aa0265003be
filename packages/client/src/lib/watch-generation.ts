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
  // Names the version that is held; `null` where its header cannot be read, and then the question cannot be held.
  let etag: string | null = null;
  for (;;) {
    const answer: PolledAnswer<GenerationResponse> | null = await poller.ask({
      path,
      member: "generation",
      ...(etag !== null && {
        bodyless: 304,
        headers: { "if-none-match": etag },
        waitSeconds: poller.waitSeconds,
      }),
    });
    if (answer === null) {
      await poller.backOff();
      continue;
    }
    let hasNews = false;
    if (answer.body !== null) {
      const { generation } = answer.body;
      etag = answer.headers.get("etag");
      // Answers may come from a replica that lags behind.
      hasNews = generation.version > version;
      if (hasNews) {
        version = generation.version;
        yield transport.withUrls(generation);
        if (isTerminal(generation)) return;
      }
    }
    await poller.rest({
      hasNews,
      canBeHeld: etag !== null,
      pollAfterMs: Number(answer.headers.get(headerNames.pollAfterMs)),
    });
  }
}
