import fc from "fast-check";
import type { Act, History, Incident, ProcessFault } from "../../packages/server/testing/simulation/history.js";
import type { VendorFaults } from "../../packages/server/testing/simulation/virtual-vendor.js";

/**
 * Kinds of histories: `storms` have all faults; `squalls` are short storms; `clocks` are storms in which clocks differ and
 * jump; `cancels` are a few generations with cancels at every crash point.
 */
export const historyKinds = ["storms", "squalls", "clocks", "cancels"] as const;
export type HistoryKind = (typeof historyKinds)[number];

const number = fc.nat({ max: 20 });
const copies = fc.integer({ min: 1, max: 3 });
const anyTime = fc.integer({ min: 1, max: 8_000 }).map((milliseconds): Act => ({ type: "pass", milliseconds }));
const submit = fc
  .record({ owner: fc.nat({ max: 2 }), key: fc.nat({ max: 12 }), isAcknowledged: fc.boolean() })
  .map((given): Act => ({ type: "submit", ...given }));
const cancel = fc.record({ generation: number, copies }).map((given): Act => ({ type: "cancel", ...given }));
const remove = number.map((generation): Act => ({ type: "remove", generation }));
const kill = number.map((process): Act => ({ type: "kill", process }));
const freeze = number.map((process): Act => ({ type: "freeze", process }));
const refresh = fc.constant<Act>({ type: "refresh" });
const thaw = fc.constant<Act>({ type: "thaw" });

/** Offsets of a second, a minute, ten minutes and an hour in both directions, and none. */
const aheadMs = fc.constantFrom(0, ...[1_000, 60_000, 600_000, 3_600_000].flatMap((step) => [step, -step]));
const setClock = fc
  .record({ of: fc.oneof(fc.constant("database" as const), number), aheadMs })
  .map((given): Act => ({ type: "set_clock", ...given }));

const killFault = fc.constant("kill" as const);
const freezeFault = fc.record({ freezeMs: fc.integer({ min: 1, max: 20_000 }) });
const cancelFault = fc.record({ copies, turnsLater: fc.nat({ max: 4 }) });
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** Maximum percentages, as probabilities; each shrinks to 0. */
function faultsUpTo(max: Readonly<Record<keyof VendorFaults, number>>): fc.Arbitrary<VendorFaults> {
  const upTo = (percent: number) => fc.nat({ max: percent }).map((value) => value / 100);
  return fc.record({
    slow: upTo(max.slow),
    throttled: upTo(max.throttled),
    refused: upTo(max.refused),
    requestLost: upTo(max.requestLost),
    responseLost: upTo(max.responseLost),
    unreachable: upTo(max.unreachable),
    fails: upTo(max.fails),
    lookupBlind: upTo(max.lookupBlind),
  });
}

function incidents(fault: fc.Arbitrary<ProcessFault>, options: { readonly maxGap: number; readonly max: number }) {
  return fc.array(fc.record<Incident>({ after: fc.nat({ max: options.maxGap }), fault }), {
    maxLength: options.max,
    size: "max",
  });
}

/**
 * @param maxActs maximum number of actions.
 * @param more further actions, with the same weight each.
 */
function storms(maxActs: number, more: readonly fc.Arbitrary<Act>[] = []): fc.Arbitrary<History> {
  return fc.record({
    seed,
    processes: fc.integer({ min: 1, max: 5 }),
    dropOnCancel: fc.boolean(),
    faults: faultsUpTo({
      slow: 15,
      throttled: 30,
      refused: 10,
      requestLost: 20,
      responseLost: 30,
      unreachable: 30,
      fails: 30,
      lookupBlind: 80,
    }),
    incidents: incidents(
      fc.oneof(
        { weight: 7, arbitrary: killFault },
        { weight: 3, arbitrary: freezeFault },
        { weight: 1, arbitrary: cancelFault },
      ),
      { maxGap: 12, max: 40 },
    ),
    acts: fc.array(
      fc.oneof(
        { weight: 30, arbitrary: submit },
        { weight: 5, arbitrary: cancel },
        { weight: 2, arbitrary: remove },
        { weight: 8, arbitrary: kill },
        { weight: 4, arbitrary: refresh },
        { weight: 5, arbitrary: freeze },
        { weight: 3, arbitrary: thaw },
        { weight: 43, arbitrary: anyTime },
        ...more.map((arbitrary) => ({ weight: 15, arbitrary })),
      ),
      { minLength: 5, maxLength: maxActs, size: "max" },
    ),
  });
}

/** Random histories of a kind. */
export const randomHistory: Readonly<Record<HistoryKind, fc.Arbitrary<History>>> = {
  storms: storms(75),
  squalls: storms(20),
  clocks: storms(60, [setClock]),
  cancels: fc.record({
    seed,
    processes: fc.integer({ min: 1, max: 2 }),
    dropOnCancel: fc.boolean(),
    faults: faultsUpTo({
      slow: 10,
      throttled: 10,
      refused: 3,
      requestLost: 10,
      responseLost: 15,
      unreachable: 20,
      fails: 10,
      lookupBlind: 50,
    }),
    incidents: incidents(
      fc.oneof(
        { weight: 6, arbitrary: cancelFault },
        { weight: 1, arbitrary: killFault },
        { weight: 1, arbitrary: freezeFault },
      ),
      { maxGap: 8, max: 6 },
    ),
    acts: fc
      .tuple(
        submit,
        fc.array(
          fc.oneof(
            { weight: 3, arbitrary: submit },
            { weight: 3, arbitrary: cancel },
            { weight: 1, arbitrary: kill },
            { weight: 8, arbitrary: anyTime },
          ),
          { minLength: 1, maxLength: 14, size: "max" },
        ),
      )
      .map(([first, rest]) => [first, ...rest]),
  }),
};
