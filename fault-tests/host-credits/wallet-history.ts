import fc from "fast-check";
import type { WalletInput } from "./mortal-host.js";

/** One step of a history. `copies`: the same submit, with the same idempotency key, at the same time. */
export type WalletAct =
  | {
      readonly type: "submit";
      readonly owner: number;
      readonly key: number;
      readonly copies: number;
      readonly inputs: readonly WalletInput[];
    }
  | { readonly type: "cancel"; readonly generation: number }
  | { readonly type: "erase"; readonly owner: number }
  | { readonly type: "transfer"; readonly from: number; readonly to: number }
  | { readonly type: "work" }
  | { readonly type: "deliver" }
  | { readonly type: "pass"; readonly milliseconds: number };

/** A history. Everything in it is decided before it is played. */
export interface WalletHistory {
  readonly seed: number;
  /** Credits that each owner has at the start. */
  readonly balance: number;
  /** Probability of a fault of each call to the wallet. */
  readonly faults: number;
  readonly acts: readonly WalletAct[];
  /** How many points each process passes before it dies: before and after commands of the store, and calls to the wallet. */
  readonly deaths: readonly number[];
  /** Whether the clock of each process is ahead, in the order of their starts; `false` for further ones. */
  readonly ahead: readonly boolean[];
}

export const owners = ["ada", "bob", "cid"] as const;

const owner = fc.nat({ max: owners.length - 1 });
const input = fc.record({
  outputs: fc.integer({ min: 1, max: 3 }),
  ending: fc.constantFrom("complete" as const, "partial" as const, "fail" as const),
});
const submit = fc.record({
  type: fc.constant("submit" as const),
  owner,
  key: fc.nat({ max: 8 }),
  copies: fc.integer({ min: 1, max: 2 }),
  inputs: fc.array(input, { minLength: 1, maxLength: 3 }),
});
const work = fc.constant<WalletAct>({ type: "work" });

/** Intervals around the times at which something is due: a poll, an expired lease, the release of an unused hold. */
const pass = fc
  .constantFrom(1_000, 30_000, 61_000, 299_999, 301_000)
  .map((milliseconds): WalletAct => ({ type: "pass", milliseconds }));

const act: fc.Arbitrary<WalletAct> = fc.oneof(
  { weight: 6, arbitrary: submit },
  { weight: 8, arbitrary: work },
  { weight: 4, arbitrary: pass },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("cancel" as const), generation: fc.nat({ max: 9 }) }) },
  { weight: 2, arbitrary: fc.constant<WalletAct>({ type: "deliver" }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("erase" as const), owner }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("transfer" as const), from: owner, to: owner }) },
);

export const walletHistory: fc.Arbitrary<WalletHistory> = fc.record({
  seed: fc.nat(),
  balance: fc.constantFrom(0, 14, 1_000),
  faults: fc.constantFrom(0, 0.1, 0.4),
  acts: fc.array(act, { minLength: 5, maxLength: 40, size: "max" }),
  deaths: fc.array(fc.nat({ max: 60 }), { maxLength: 6, size: "max" }),
  ahead: fc.array(fc.boolean(), { maxLength: 6, size: "max" }),
});
