import type { Announcement } from "../../../ports/announcer.js";
import type { ClockJump } from "../../../ports/store/clock-jump.js";
import type { OutboxItem, OutboxTopic, UnwantedJob } from "../../../ports/store/outbox.js";
import type { Store } from "../../../ports/store/store.js";
import type { ParkCommand, ProgressWrite, SettleCommand, WorkerVerdict } from "../../../ports/store/store-commands.js";
import type { SqlArguments, SqlRow } from "../executor/executor.js";
import { type ClaimedRow, toClaimed } from "../rows/claimed-row.js";
import { parseJson, toJson } from "../rows/generation-row.js";
import {
  type ParkState,
  parkStatements,
  recordIntentStatements,
  recordOperationStatements,
  recordResultStatements,
} from "../statements/advance.js";
import {
  claimStatements,
  findTooFarStatement,
  listDueStatement,
  nextDueStatement,
  readDueStatement,
  renewStatements,
  unservedModelsStatement,
} from "../statements/claim.js";
import {
  claimOutboxStatements,
  confirmOutboxStatements,
  dropUnclaimedStatements,
  findOutboxStatement,
  findUnclaimedStatement,
} from "../statements/outbox.js";
import { recordProgressStatements } from "../statements/progress.js";
import { readTimings } from "../statements/reads.js";
import { settleStatements } from "../statements/settle.js";
import { addTimingsStatements } from "../statements/timings.js";
import { DueReader } from "./due-reader.js";
import type { Session } from "./session.js";

type WorkerCommandName =
  | "claim"
  | "nextDueInMs"
  | "takeClockJumps"
  | "holdsBackDue"
  | "readDue"
  | "listDue"
  | "unservedModels"
  | "renew"
  | "recordIntent"
  | "recordProgress"
  | "recordOperation"
  | "recordResult"
  | "park"
  | "settle"
  | "readTimings"
  | "addTimings"
  | "claimOutbox"
  | "confirmOutbox"
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
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object of short methods
export function workerCommands(session: Session): Pick<Store, WorkerCommandName> {
  const clockJumps: ClockJump[] = [];
  const write = async (statements: readonly string[], args: SqlArguments) =>
    toVerdict(await session.write(statements, args));
  const reader = new DueReader(session, (jump) => clockJumps.push(jump));
  return {
    async claim({ token, ...command }) {
      const read = await reader.read(command);
      const ids = JSON.stringify(read.due.map(({ id }) => id));
      const args = { ids, token, leaseMs: Math.ceil(command.leaseMs) };
      const rows = read.due.length === 0 ? [] : await session.write<ClaimedRow>(claimStatements, args);
      const recorded = reader.recordRead(read);
      // Wait for the time report only if nothing was claimed.
      if (rows.length === 0) await recorded;
      return rows.map(toClaimed);
    },

    async nextDueInMs({ models, topics }) {
      const args = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const [row] = await session.read(nextDueStatement, args);
      // No generation is active, so no lease or deadline depends on the correction: follow the database's time again.
      if (row?.known === null && row.unknown === null) session.clock.reset();
      const due = [row?.known, row?.unknown, row?.outbox].filter((value) => typeof value === "number");
      return due.length === 0 ? null : Math.max(Math.min(...due) - Number(row?.now), 0);
    },

    takeClockJumps: async () => clockJumps.splice(0),

    holdsBackDue: async () => reader.isCold,

    async readDue({ id }) {
      const [row] = await session.read(readDueStatement, { id });
      return row === undefined ? null : { dueInMs: Number(row.due_in), isLeased: row.leased === 1 };
    },

    async listDue({ models, forMs, limit }) {
      const args = { models: JSON.stringify(models), forMs, limit };
      const [tooFar = [], due = []] = await session.readAll([findTooFarStatement, listDueStatement], args);
      return [...due, ...tooFar].slice(0, limit).map(({ id }) => String(id));
    },

    async unservedModels({ forMs }) {
      return (await session.read(unservedModelsStatement, { forMs })).map(({ model }) => String(model));
    },

    async renew({ id, epoch, leaseMs }) {
      const rows = await session.write(renewStatements, { id, epoch, leaseMs: Math.ceil(leaseMs) });
      return rows.length === 1;
    },

    recordIntent: ({ starts, expectedInMs, isEstimated, ...intent }) =>
      write(recordIntentStatements, {
        ...intent,
        starts: starts ? 1 : 0,
        expectedInMs: expectedInMs === null ? null : Math.ceil(expectedInMs),
        isEstimated: isEstimated ? 1 : 0,
      }),

    recordProgress: ({ id, epoch, token, progress }) =>
      write(recordProgressStatements, { id, epoch, token, ...progressArguments(progress) }),

    recordOperation: ({ id, epoch, token, attemptToken, operation, dueInMs, costs }) =>
      write(recordOperationStatements, {
        id,
        epoch,
        token,
        attemptToken,
        operation: JSON.stringify(operation),
        dueInMs: Math.ceil(dueInMs),
        costs: toJson(costs),
      }),

    recordResult: ({ id, epoch, token, attemptToken, outputs, costs }) =>
      write(recordResultStatements, {
        id,
        epoch,
        token,
        attemptToken,
        outputs: toJson(outputs),
        costs: toJson(costs),
      }),

    park: (command) => write(parkedIn[command.to], parkArguments(command)),

    settle: (command) => write(settledAs[command.outcome.type], settleArguments(command)),

    readTimings: ({ models }) => session.read(readTimings, { models: JSON.stringify(models) }),

    async addTimings(timings) {
      await session.write(addTimingsStatements, { timings: JSON.stringify(timings) });
    },

    async claimOutbox({ models, topics, limit, leaseMs }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const due = await session.read(findOutboxStatement, { ...known, limit });
      if (due.length === 0) return [];
      const ids = JSON.stringify(due.map((row) => row.id));
      const token = session.createToken();
      const rows = await session.write(claimOutboxStatements, { ids, token, leaseMs: Math.ceil(leaseMs) });
      return rows.map(toOutboxItem);
    },

    async confirmOutbox({ id }) {
      await session.write(confirmOutboxStatements, { id });
    },

    async dropUnclaimedOutbox({ models, topics, limit }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const found = await session.read(findUnclaimedStatement, { ...known, limit });
      if (found.length === 0) return [];
      await session.write(dropUnclaimedStatements, { ids: JSON.stringify(found.map(({ id }) => id)) });
      return found.map(({ topic }) => String(topic));
    },
  };
}

function parkArguments({
  id,
  epoch,
  token,
  dueInMs,
  isNoop,
  storedOutputs,
  progress,
  attempt,
}: ParkCommand): SqlArguments {
  return {
    id,
    epoch,
    token,
    dueInMs: Math.ceil(dueInMs),
    isNoop: isNoop ? 1 : 0,
    storedOutputs: toJson(storedOutputs),
    hasProgress: progress === null ? 0 : 1,
    ...progressArguments(progress),
    ...attemptArguments(attempt),
  };
}

function progressArguments(progress: ProgressWrite | null): SqlArguments {
  return {
    progress: progress?.value ?? null,
    progressSource: progress?.source ?? null,
    queuePosition: progress?.queuePosition ?? null,
    previewKey: progress?.preview?.storageKey ?? null,
    previewContentType: progress?.preview?.contentType ?? null,
  };
}

function settleArguments({ id, epoch, token, outcome, refund, attempt, announceTo = [] }: SettleCommand): SqlArguments {
  return {
    id,
    epoch,
    token,
    refundedCredits: refund.credits,
    reason: refund.reason,
    failureCode: outcome.type === "failed" ? outcome.code : null,
    outputs: JSON.stringify(outcome.type === "completed" ? outcome.outputs : []),
    announceTo: JSON.stringify(announceTo),
    ...attemptArguments(attempt),
  };
}

function attemptArguments(attempt: ParkCommand["attempt"]): SqlArguments {
  const { state = null, failure, costs } = attempt ?? {};
  return { attemptState: state, attemptFailure: toJson(failure), costs: toJson(costs) };
}

function toOutboxItem(row: SqlRow): OutboxItem {
  const id = Number(row.id);
  // Only topics that a worker passes are claimed, and these are all topics.
  const topic = row.topic as OutboxTopic;
  const payload: unknown = parseJson(String(row.payload));
  // The casts are safe: statements of this package write the payload of each topic.
  if (payload === undefined) return { id, topic: "unreadable", storedTopic: topic };
  switch (topic) {
    case "delete_objects":
      return { id, topic: "delete_objects", keys: payload as readonly string[] };
    case "delete_prefix":
      return { id, topic: "delete_prefix", prefix: payload as string };
    case "cancel_job":
      return { id, topic: "cancel_job", job: payload as UnwantedJob, tries: Number(row.tries) };
    case "announce_to_hook":
    case "announce_to_webhook":
      return { id, topic, announcement: payload as Announcement, tries: Number(row.tries) };
  }
}

function toVerdict(rows: readonly SqlRow[]): WorkerVerdict {
  const [row] = rows;
  return row === undefined ? { type: "lost" } : { type: "applied", ownerId: String(row.owner_id) };
}
