import type { ClockJump, Store } from "../../../ports/store/store.js";
import { limitArguments } from "../../arguments/gate-arguments.js";
import {
  intentArguments,
  operationArguments,
  parkArguments,
  recordProgressArguments,
  resultArguments,
  settleArguments,
} from "../../arguments/worker-arguments.js";
import { DueReader } from "../../clock/due-reader.js";
import { toClaimed } from "../../rows/claimed-row.js";
import { toWorkerVerdict } from "../../rows/worker-verdict.js";
import type { AppliedRow } from "../functions/applied-row.js";
import { joinQueue } from "../functions/queue/join-queue.js";
import { claim } from "../functions/worker/claim.js";
import { park } from "../functions/worker/park.js";
import { recordIntent } from "../functions/worker/record-intent.js";
import { recordOperation } from "../functions/worker/record-operation.js";
import { recordProgress } from "../functions/worker/record-progress.js";
import { recordResult } from "../functions/worker/record-result.js";
import { renew } from "../functions/worker/renew.js";
import { settle } from "../functions/worker/settle.js";
import { writeAgreedTime } from "../functions/worker/write-agreed-time.js";
import type { CommandFunction } from "../text/define-function.js";
import type { Arguments } from "../text/parameters.js";
import { dueRows } from "./due-rows.js";
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
  | "settle";

export const workerFunctions = [
  claim,
  joinQueue,
  park,
  recordIntent,
  recordOperation,
  recordProgress,
  recordResult,
  renew,
  settle,
  writeAgreedTime,
];

/**
 * Commands of a worker. Every write to a claimed generation has the epoch as a condition. A late response has the token
 * of its attempt instead.
 */
export function workerCommands(runner: StatementRunner): Pick<Store, WorkerCommandName> {
  const clockJumps: ClockJump[] = [];
  const reader = new DueReader({
    time: runner.time,
    rows: dueRows(runner),
    random: Math.random,
    onClockJump: (jump) => clockJumps.push(jump),
  });
  const write = async (command: CommandFunction<AppliedRow>, args: Arguments) =>
    toWorkerVerdict((await runner.call(command, args)) ?? undefined);
  return {
    async claim({ token, ...command }) {
      const read = await reader.read(command);
      const ids = JSON.stringify(read.due.map(({ id }) => id));
      const { leaseMs, limits = [] } = command;
      const given = limits.length === 0 ? { limits: null, maxConcurrency: 0 } : limitArguments(limits);
      const args = { ids, token, leaseMs: Math.ceil(leaseMs), ...given };
      const rows = read.due.length === 0 ? [] : ((await runner.call(claim, args)) ?? []);
      // A row that another command has locked stays due: the read is no proof that all due rows were claimed.
      const complete = rows.length < read.due.length ? null : read.complete;
      const recorded = reader.recordRead({ ...read, complete }, { claimed: rows.map(({ id }) => id), command });
      // Wait for the time report only if nothing was claimed.
      if (rows.length === 0) await recorded;
      return rows.map(toClaimed);
    },

    takeClockJumps: async () => clockJumps.splice(0),

    holdsBackDue: async () => reader.isCold,

    async renew({ id, epoch, leaseMs }) {
      return (await runner.call(renew, { id, epoch, leaseMs: Math.ceil(leaseMs) })) ?? false;
    },

    recordIntent: (command) => write(recordIntent, intentArguments(command)),

    recordProgress: (command) => write(recordProgress, recordProgressArguments(command)),

    recordOperation: (command) => write(recordOperation, operationArguments(command)),

    recordResult: (command) => write(recordResult, resultArguments(command)),

    park: (command) => write(park, { ...parkArguments(command), to: command.to }),

    settle: ({ accountId = null, ...command }) =>
      write(settle, { ...settleArguments(command), to: command.outcome.type, accountId }),
  };
}
