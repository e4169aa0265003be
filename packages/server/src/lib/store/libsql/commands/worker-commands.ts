import type { ClockJump, Store } from "../../../ports/store/store.js";
import type { SettleCommand } from "../../../ports/store/store-commands.js";
import {
  intentArguments,
  operationArguments,
  parkArguments,
  recordProgressArguments,
  resultArguments,
  settleArguments,
} from "../../arguments/worker-arguments.js";
import { DueReader } from "../../clock/due-reader.js";
import { toOutboxItem } from "../../rows/outbox-item.js";
import { toWorkerVerdict } from "../../rows/worker-verdict.js";
import type { SqlArguments } from "../executor/executor.js";
import {
  type ParkState,
  parkStatements,
  recordIntentStatements,
  recordOperationStatements,
  recordResultStatements,
} from "../statements/advance.js";
import { renewStatements } from "../statements/claim.js";
import {
  claimOutboxStatements,
  confirmOutboxStatements,
  dropUnclaimedStatements,
  failOutboxStatements,
  findOutboxStatement,
  findUnclaimedStatement,
  recordJobCancelStatements,
} from "../statements/outbox.js";
import { recordProgressStatements } from "../statements/progress.js";
import { readTimings } from "../statements/reads.js";
import { settleStatements } from "../statements/settle.js";
import { addTimingsStatements } from "../statements/timings.js";
import { claimCommand } from "./claim-command.js";
import { dueRows } from "./due-rows.js";
import type { OpenHoldWatch } from "./open-hold-watch.js";
import type { StatementRunner } from "./statement-runner.js";

type WorkerCommandName =
  | "claim"
  | "takeClockJumps"
  | "holdsBackDue"
  | "renew"
  | "recordIntent"
  | "recordProgress"
  | "recordOperation"
  | "recordResult"
  | "park"
  | "settle"
  | "readTimings"
  | "addTimings"
  | "recordJobCancel"
  | "claimOutbox"
  | "confirmOutbox"
  | "failOutbox"
  | "dropUnclaimedOutbox";

const parkedIn: Readonly<Record<ParkState, readonly string[]>> = {
  queued: parkStatements("queued"),
  running: parkStatements("running"),
  storing: parkStatements("storing"),
  retry_wait: parkStatements("retry_wait"),
  reconciling: parkStatements("reconciling"),
};

const settledAs: Readonly<Record<SettleCommand["outcome"]["type"], readonly string[]>> = {
  completed: settleStatements("completed"),
  failed: settleStatements("failed"),
  canceled: settleStatements("canceled"),
};

/**
 * Commands of a worker. Every write to a claimed generation has the epoch as a condition. A late response has the token
 * of its attempt instead.
 */
export function workerCommands(runner: StatementRunner, openHolds: OpenHoldWatch): Pick<Store, WorkerCommandName> {
  const clockJumps: ClockJump[] = [];
  const write = async (statements: readonly string[], args: SqlArguments) =>
    toWorkerVerdict((await runner.write<{ readonly owner_id: string }>(statements, args))[0]);
  const reader = new DueReader({
    time: runner.time,
    rows: dueRows(runner),
    random: Math.random,
    onClockJump: (jump) => clockJumps.push(jump),
  });
  return {
    claim: claimCommand(runner, reader),

    takeClockJumps: async () => clockJumps.splice(0),
    holdsBackDue: async () => reader.isCold,

    async renew({ id, epoch, leaseMs }) {
      const rows = await runner.write(renewStatements, { id, epoch, leaseMs: Math.ceil(leaseMs) });
      return rows.length === 1;
    },

    recordIntent: (command) => write(recordIntentStatements, intentArguments(command)),

    recordProgress: (command) => write(recordProgressStatements, recordProgressArguments(command)),

    recordOperation: (command) => write(recordOperationStatements, operationArguments(command)),

    recordResult: (command) => write(recordResultStatements, resultArguments(command)),

    park: (command) => write(parkedIn[command.to], parkArguments(command)),

    settle: (command) => write(settledAs[command.outcome.type], settleArguments(command)),

    readTimings: ({ models }) => runner.read(readTimings, { models: JSON.stringify(models) }),

    async addTimings(timings) {
      await runner.write(addTimingsStatements, { timings: JSON.stringify(timings) });
    },

    async recordJobCancel(command) {
      await runner.write(recordJobCancelStatements, { ...command });
    },

    async claimOutbox({ models, topics, limit, leaseMs }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const { skipsOpen } = openHolds;
      const due = await runner.read(findOutboxStatement, { ...known, limit, skipsOpen });
      const ended = (await openHolds.read(known)).ended.slice(0, Math.max(limit - due.length, 0));
      if (due.length + ended.length === 0) return [];
      const ids = JSON.stringify([...due.map((row) => row.id), ...ended]);
      const args = { ids, ended: JSON.stringify(ended), skipsOpen, leaseMs: Math.ceil(leaseMs) };
      const rows = await runner.write(claimOutboxStatements, { ...args, token: runner.createToken() });
      openHolds.forget(ended);
      return rows.map(toOutboxItem);
    },

    async confirmOutbox({ id }) {
      await runner.write(confirmOutboxStatements, { id });
    },

    async failOutbox({ dueInMs = null, error, id, tries }) {
      await runner.write(failOutboxStatements, {
        id,
        tries,
        error,
        dueInMs: dueInMs === null ? null : Math.ceil(dueInMs),
      });
    },

    async dropUnclaimedOutbox({ models, topics, limit }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const found = await runner.read(findUnclaimedStatement, { ...known, limit });
      if (found.length === 0) return [];
      const kept = await runner.write(dropUnclaimedStatements, { ids: JSON.stringify(found.map(({ id }) => id)) });
      return found.filter(({ id }) => kept.every((row) => row.id !== id)).map(({ topic }) => String(topic));
    },
  };
}
