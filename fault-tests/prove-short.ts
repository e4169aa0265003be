import { describe, expect, it } from "vitest";
import { libsqlFiles } from "./ground/proving-ground.js";
import type { Proof } from "./proof.js";

/** Runs the short form of a proof as a test. */
export function proveShort(proof: Proof, options: { readonly timeoutMs?: number } = {}): void {
  describe(`${proof.id} (${proof.proves.join(", ")})`, () => {
    it(proof.title, { timeout: options.timeoutMs ?? 300_000 }, async () => {
      const seed = Date.now() % 1_000_000;
      const result = await proof.run({ scale: "short", seed, ground: libsqlFiles });
      expect(result.violations, `seed ${seed}`).toEqual([]);
      expect(result.runs).toBeGreaterThan(0);
    });
  });
}
