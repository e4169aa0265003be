import type { ErasureCheck } from "../../ports/store/erasure-check.js";
import type { Store } from "../../ports/store/store.js";
import type { KeyRing } from "../../signing/key-ring.js";
import { ServiceError } from "../errors/service-error.js";

/**
 * The position of the latest erasure of an owner. A request reads it before it identifies its caller. Its commit is
 * refused if a later erasure deleted the caller.
 */
export interface Erasures {
  /** Cached, and so perhaps too low: a low position refuses more requests, never fewer. */
  position(): Promise<number>;
  /** Reads the position again for the next request. */
  refresh(): void;
}

/** Creates the cache: one read of the store at first, and one after each erasure. */
export function createErasures(store: Pick<Store, "erasurePosition">): Erasures {
  // Holds the number, not the promise: on Cloudflare Workers, a request that awaits another one's promise may hang.
  let cached: number | null = null;
  return {
    async position() {
      cached ??= await store.erasurePosition();
      return cached;
    },
    refresh: () => {
      cached = null;
    },
  };
}

/** The mark that `deleteOwner` stores. Without the server's secret, it does not reveal the id. */
export function toErasureMark({ keyRing }: { readonly keyRing: KeyRing }, ownerId: string): Promise<string> {
  return keyRing.sign("erased-owner", ownerId);
}

/** The check of a command that may create these owners and accounts. Finds marks of all secrets of a rotation. */
export async function toErasureCheck(
  { keyRing }: { readonly keyRing: KeyRing },
  { ids, after }: { readonly ids: readonly string[]; readonly after: number },
): Promise<ErasureCheck> {
  const marks = await Promise.all([...new Set(ids)].map((id) => keyRing.signAll("erased-owner", id)));
  return { marks: marks.flat(), after };
}

/** The error of a refused command. The next attempt reads the position again: it succeeds if the id is used again. */
export function ownerErased({ erasures }: { readonly erasures: Erasures }): ServiceError {
  erasures.refresh();
  const message = "The owner or the account was deleted while this request ran. Send it again.";
  return new ServiceError("unavailable", message, { retryAfterMs: 1_000 });
}
