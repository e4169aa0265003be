import { AsyncLocalStorage } from "node:async_hooks";
import type { FakeVendor } from "../vendors/fake-vendor.js";
import type { KillableProcess } from "./killable-process.js";
import { tokenHeader } from "./matrix-constants.js";

/** Hooks between the adapters and the vendor. */
export interface LineHooks {
  /** Called once the vendor has a paid request, before its response is read. */
  afterPaid: () => Promise<void>;
  /** Returns a response to a free request instead of the vendor; `null` for the vendor's own. May throw. */
  replaceFreeResponse: () => Response | null;
}

/** The connection to the vendor, which adapters receive as `fetch`. */
export class VendorTransport {
  readonly hooks: LineHooks = { afterPaid: async () => {}, replaceFreeResponse: () => null };
  /** Origins of all requests. */
  readonly origins = new Set<string>();
  readonly #vendor: FakeVendor;
  readonly #tokens = new AsyncLocalStorage<string>();

  constructor(vendor: FakeVendor) {
    this.#vendor = vendor;
  }

  /** Attributes the requests of `work` to an attempt. */
  runAs = <T>(token: string, work: () => T): T => this.#tokens.run(token, work);

  /**
   * The `fetch` of one process.
   *
   * @param onCrashPoint see `MatrixProcessOptions`.
   */
  fetchOf(process: KillableProcess, onCrashPoint: (point: string) => void): typeof globalThis.fetch {
    const pass = async (point: string): Promise<void> => {
      if (process.isAlive) onCrashPoint(point);
      await process.passes();
    };
    return async (address, init) => {
      const request = new Request(address, init);
      this.origins.add(new URL(request.url).origin);
      const token = this.#tokens.getStore();
      if (token !== undefined) request.headers.set(tokenHeader, token);
      const kind = token === undefined ? "free request" : "submit";
      await pass(`before a ${kind}`);
      const instead = token === undefined ? this.hooks.replaceFreeResponse() : null;
      if (instead !== null) return instead;
      const before = this.#vendor.paidAttempts;
      const send = async () => {
        try {
          return await globalThis.fetch(request);
        } finally {
          if (this.#vendor.paidAttempts > before) await this.hooks.afterPaid();
        }
      };
      try {
        return await send();
      } finally {
        await pass(`after a ${kind}`);
      }
    };
  }
}
