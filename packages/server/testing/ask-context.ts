import type { AskContext } from "../src/lib/ports/provider.js";

/** Of somebody who waits for the answer as long as it takes. */
export const askContext: AskContext = { signal: new AbortController().signal };
