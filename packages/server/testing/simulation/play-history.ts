import { embeddedDispatcher } from "../../src/lib/dispatcher/embedded-dispatcher.js";
import type { TerminalState } from "../../src/lib/generation/generation-state.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { outboxTopics } from "../../src/lib/worker/outbox/drain-outbox.js";
import { anyInput } from "../fakes/any-input.js";
import { deterministicIds } from "../fakes/deterministic-ids.js";
import { findWithheldFaults, withholdingCheck } from "../media/withheld-outputs.js";
import type { Act, History } from "./history.js";
import { LeaseWatch } from "./lease-watch.js";
import { SeededRandom } from "./seeded-random.js";
import { SimulatedOwners } from "./simulated-owners.js";
import { SimulatedProcess } from "./simulated-process.js";
import { VirtualTime } from "./virtual-time.js";
import { type VendorFaults, VirtualVendor } from "./virtual-vendor.js";

/** Adapters under a history. */
export interface HistoryDeps {
  /** Creates a store on a new database, with `now()` as its clock. */
  readonly createStore: (now: () => number) => Promise<Store>;
  readonly createStorage: () => Storage;
}

/** Result of a history. `violations` is empty if every guarantee held. */
export interface HistoryReport {
  readonly ended: Readonly<Record<TerminalState, number>>;
  readonly kills: number;
  readonly freezes: number;
  readonly cancels: number;
  readonly clockJumps: number;
  /** Number of refusals, lost messages and failures of the vendor. */
  readonly vendorFaults: number;
  readonly violations: readonly string[];
}

const leaseMs = 5_000;
const deadlineMs = 900_000;
/** Time after the last fault until every generation must have ended: longer than any deadline and grace period. */
const settleTimeoutMs = 4 * 3_600_000;

/**
 * Plays a history on a virtual clock and a real database. Owners submit and cancel, processes crash, freeze and restart,
 * and the vendor refuses requests, loses messages and fails. Then the faults stop, every generation must end, and the
 * guarantees are checked. In every second history, the host withholds some outputs.
 */
export async function playHistory(history: History, deps: HistoryDeps): Promise<HistoryReport> {
  const time = new VirtualTime();
  let databaseAheadMs = 0;
  const leases = new LeaseWatch();
  const store = leases.watch(time.watch(await deps.createStore(() => time.clock.now() + databaseAheadMs)));
  await store.migrate();
  const objects = deps.createStorage();
  const storage = time.watch(objects);
  const outputCheck = history.seed % 2 === 0 ? withholdingCheck : undefined;
  const random = new SeededRandom(history.seed);
  const ids = deterministicIds("history");
  const faults: { -readonly [Name in keyof VendorFaults]: number } = { ...history.faults };
  const vendor = new VirtualVendor(random, time.clock, faults);
  const dispatcher = embeddedDispatcher(store);
  const owners = new SimulatedOwners({ store, dispatcher, time, deadlineMs, dropOnCancel: history.dropOnCancel });
  const incidents = [...history.incidents];
  let pointsBeforeFault = incidents[0]?.after ?? 0;
  let kills = 0;
  let freezes = 0;
  let clockJumps = 0;

  const onPoint = (process: SimulatedProcess): void => {
    pointsBeforeFault -= 1;
    const incident = incidents[0];
    if (incident === undefined || pointsBeforeFault >= 0) return;
    incidents.shift();
    pointsBeforeFault = incidents[0]?.after ?? 0;
    const { fault } = incident;
    if (fault === "kill") process.kill();
    else if ("copies" in fault) time.later(fault.turnsLater, () => owners.cancelActive(fault));
    else {
      freezes += 1;
      process.freeze();
      time.clock.setTimer(fault.freezeMs, () => process.thaw());
    }
  };

  const startProcess = (): SimulatedProcess => {
    const process = new SimulatedProcess({
      store,
      storage,
      models: (atAcceptance) => ({
        demo: defineModel({ provider: vendor.provider(atAcceptance), input: anyInput, credits: 4, deadlineMs }),
      }),
      clock: time.clock,
      dispatcher,
      random: random.next,
      createToken: ids.createToken,
      leaseMs,
      outputCheck,
      onPoint: () => onPoint(process),
    });
    process.worker.start();
    return process;
  };
  const processes = Array.from({ length: Math.max(history.processes, 1) }, startProcess);
  const restartKilled = (): void => {
    for (const [index, process] of processes.entries()) {
      if (process.isAlive) continue;
      kills += 1;
      const next = startProcess();
      next.aheadMs = process.aheadMs;
      processes[index] = next;
    }
  };

  const act = async (next: Act): Promise<void> => {
    switch (next.type) {
      case "submit":
        return owners.submit(next);
      case "cancel":
        return owners.cancel(itemAt(owners.ids, next.generation) ?? "none", next);
      case "remove":
        return owners.remove(itemAt(owners.ids, next.generation) ?? "none");
      case "refresh":
        return owners.refresh();
      case "kill":
        return itemAt(processes, next.process)?.kill();
      case "freeze":
        freezes += 1;
        return itemAt(processes, next.process)?.freeze();
      case "thaw":
        for (const process of processes) process.thaw();
        return;
      case "set_clock": {
        clockJumps += 1;
        const process = next.of === "database" ? undefined : itemAt(processes, next.of);
        if (process === undefined) databaseAheadMs = next.aheadMs;
        else process.aheadMs = next.aheadMs;
        return;
      }
      case "pass":
        return time.pass(next.milliseconds);
    }
  };
  for (const next of history.acts) {
    await act(next);
    restartKilled();
  }

  incidents.length = 0;
  Object.assign(faults, noFaults);
  for (const process of processes) process.thaw();
  restartKilled();
  for (let waited = 0; waited < settleTimeoutMs && !(await isIdle(store)); waited += 10_000) await time.pass(10_000);

  const ends = await owners.checkFinalState();
  const violations = [...owners.violations, ...leases.violations, ...vendor.violations(ends)];
  for (const { check, subject, detail } of await store.audit()) violations.push(`${check}: ${subject} (${detail})`);
  if (outputCheck !== undefined)
    violations.push(...(await findWithheldFaults({ ids: owners.ids, storage: objects, store })));
  for (const process of processes) process.kill();
  await store.close();
  const ended = { completed: 0, failed: 0, canceled: 0 };
  for (const end of ends.values()) ended[end] += 1;
  return { ended, kills, freezes, cancels: owners.cancels, clockJumps, vendorFaults: vendor.faultCount, violations };
}

async function isIdle(store: Store): Promise<boolean> {
  return (await store.nextDueInMs({ models: ["demo"], topics: outboxTopics })) === null;
}

/** The item at an index, modulo the length; `undefined` without items. */
function itemAt<T>(items: readonly T[], index: number): T | undefined {
  return items[index % items.length];
}

const noFaults: VendorFaults = {
  slow: 0,
  throttled: 0,
  refused: 0,
  requestLost: 0,
  responseLost: 0,
  unreachable: 0,
  fails: 0,
  lookupBlind: 0,
};
