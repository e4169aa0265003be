import type { CallContext } from "../src/lib/ports/provider.js";

/** The context of a call that is never aborted. */
export const callContext: CallContext = { signal: new AbortController().signal };
