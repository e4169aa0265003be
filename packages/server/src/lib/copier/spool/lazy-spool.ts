import type { Spool } from "../../ports/body-spool.js";
import type { SelectSpoolDeps } from "./select-spool.js";

/** The spool of this runtime. `load` or the first body loads its modules. */
export function lazySpool(deps: SelectSpoolDeps): Spool {
  // No promise is cached: a request on Cloudflare Workers may hang when it awaits a promise of another request.
  let spool: Spool | null = null;
  const select = async (): Promise<Spool> => {
    const { selectSpool } = await import("./select-spool.js");
    const selected = spool ?? (await selectSpool(deps));
    spool ??= selected;
    return spool;
  };
  return {
    load: async () => void (await select()),
    buffer: async (chunks) => (await select()).buffer(chunks),
    freeBytes: async () => (await select()).freeBytes?.(),
  };
}
