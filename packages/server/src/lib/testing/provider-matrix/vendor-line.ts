import { AsyncLocalStorage } from "node:async_hooks";
import type { FakeVendor } from "../vendors/fake-vendor.js";
import { tokenHeader } from "./matrix-terms.js";
import type { Mortality } from "./mortality.js";

/** What happens between adapters and the vendor. */
export interface LineHooks {
  /** The vendor has a paid request, and nobody has read its reply. */
  afterPaid: () => Promise<void>;
  /** What is answered to a question, which is free, in the vendor's place; `null` for the vendor's own answer. May throw. */
  answerQuestion: () => Response | null;
}

/** The line to the vendor, that adapters are given as their `fetch`. */
export class VendorLine {
  readonly hooks: LineHooks = { afterPaid: async () => {}, answerQuestion: () => null };
  /** Origins that were asked for anything. */
  readonly origins = new Set<string>();
  readonly #vendor: FakeVendor;
  readonly #tokens = new AsyncLocalStorage<string>();

  constructor(vendor: FakeVendor) {
    this.#vendor = vendor;
  }

  /** What is asked meanwhile belongs to this attempt. */
  runAs = <T>(token: string, work: () => T): T => this.#tokens.run(token, work);

  /**
   * The `fetch` of one process.
   *
   * @param onPlace as `MatrixProcessOptions`.
   */
  fetchOf(process: Mortality, onPlace: (place: string) => void): typeof globalThis.fetch {
    const pass = async (place: string): Promise<void> => {
      if (process.isAlive) onPlace(place);
      await process.passes();
    };
    return async (address, init) => {
      const request = new Request(address, init);
      this.origins.add(new URL(request.url).origin);
      const token = this.#tokens.getStore();
      if (token !== undefined) request.headers.set(tokenHeader, token);
      const kind = token === undefined ? "question" : "submit";
      await pass(`before a ${kind}`);
      const instead = token === undefined ? this.hooks.answerQuestion() : null;
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
