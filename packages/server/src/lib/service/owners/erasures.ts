import type { ErasureCheck } from "../../ports/store/erasure-check.js";
import type { Store } from "../../ports/store/store.js";
import { createAsyncScope } from "../../process/async-scope.js";
import type { KeyRing } from "../../signing/key-ring.js";
import { ServiceError } from "../errors/service-error.js";

/**
 * The position of the latest erasure of an owner. A request reads it before it identifies its caller. Its commit is
 * refused if a later erasure deleted the caller.
 */
export interface Erasures {
  /**
   * Cached, and so perhaps too low: a low position refuses more requests, never fewer. Inside of `within`, the position of
   * the request.
   */
  position(): Promise<number>;
  /**
   * Calls a function of the host. If it calls the API, these commands count as parts of the request. Otherwise a slow hook
   * could bring a deleted owner back, for example with `grantCredits`.
   */
  within<Result>(position: number, call: () => Result | Promise<Result>): Promise<Result>;
  /** Reads the position again for the next request. */
  refresh(): void;
}

/** Creates the cache: one read of the store at first, and one after each erasure. */
export function createErasures(store: Pick<Store, "erasurePosition">): Erasures {
  // Holds the number, not the promise: on Cloudflare Workers, a request that awaits another one's promise may hang.
  let cached: number | null = null;
  const scope = createAsyncScope<{ readonly position: number; isOver: boolean }>();
  return {
    async position() {
      const request = scope.getStore();
      if (request?.isOver === false) return request.position;
      cached ??= await store.erasurePosition();
      return cached;
    },
    async within(position, call) {
      const request = { position, isOver: false };
      try {
        return await scope.run(request, call);
      } finally {
        // A queue or a timer that the function has started keeps the scope.
        request.isOver = true;
      }
    },
    refresh: () => {
      cached = null;
    },
  };
}

/**
 * The marks that `deleteOwner` stores, one for each secret of a rotation: a process that knows only one of the secrets finds
 * its mark. Without the secret, a mark does not reveal the id.
 */
export function toOwnerMarks({ keyRing }: { readonly keyRing: KeyRing }, ownerId: string): Promise<readonly string[]> {
  return keyRing.signAll("erased-owner", ownerId);
}

/** The check of a command that may create these owners and accounts. Finds marks of all secrets of a rotation. */
export async function toErasureCheck(
  { keyRing }: { readonly keyRing: KeyRing },
  { ids, after }: { readonly ids: readonly string[]; readonly after: number },
): Promise<ErasureCheck> {
  const marks = await Promise.all([...new Set(ids)].map((id) => keyRing.signAll("erased-owner", id)));
  return { ownerMarks: marks.flat(), after };
}

/** The error of a refused command. The next attempt reads the position again: it succeeds if the id is used again. */
export function ownerErased({ erasures }: { readonly erasures: Erasures }): ServiceError {
  erasures.refresh();
  const message = "The owner or the account was deleted while this request ran. Send it again.";
  return new ServiceError("unavailable", message, { retryAfterMs: 1_000 });
}
