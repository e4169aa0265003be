import type { AskContext } from "../src/lib/ports/provider.js";

/** The context of a call that is never aborted. */
export const callContext: AskContext = { signal: new AbortController().signal };
