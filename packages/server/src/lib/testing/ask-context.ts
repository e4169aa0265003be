import type { AskContext } from "../ports/provider.js";

/** Of somebody who waits for the answer as long as it takes. */
export const askContext: AskContext = { signal: new AbortController().signal };
