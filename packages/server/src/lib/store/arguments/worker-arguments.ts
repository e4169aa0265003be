import type {
  ParkCommand,
  ProgressWrite,
  RecordIntentCommand,
  RecordOperationCommand,
  RecordProgressCommand,
  RecordResultCommand,
  SettleCommand,
} from "../../ports/store/store-commands.js";
import { toJson } from "../rows/generation-row.js";

/** Named arguments of the writes of a worker. Flags are 0 or 1, durations whole milliseconds, JSON is text. */
export function intentArguments({ expectedInMs, isEstimated, leaseMs = 0, starts, ...intent }: RecordIntentCommand) {
  return {
    ...intent,
    starts: starts ? 1 : 0,
    expectedInMs: expectedInMs === null ? null : Math.ceil(expectedInMs),
    isEstimated: isEstimated ? 1 : 0,
    leaseMs: Math.ceil(leaseMs),
  };
}

export function recordProgressArguments({ epoch, id, progress, token }: RecordProgressCommand) {
  return { id, epoch, token, ...progressArguments(progress) };
}

export function operationArguments(command: RecordOperationCommand) {
  const { attemptToken, costs, dueInMs, epoch, id, operation, token } = command;
  return {
    id,
    epoch,
    token,
    attemptToken,
    operation: JSON.stringify(operation),
    dueInMs: Math.ceil(dueInMs),
    costs: toJson(costs),
  };
}

export function resultArguments(command: RecordResultCommand) {
  const { attemptToken, costs, epoch, failure, id, outputs, token } = command;
  const json = { outputs: toJson(outputs), attemptFailure: toJson(failure), costs: toJson(costs) };
  return { id, epoch, token, attemptToken, ...json };
}

export function parkArguments(command: ParkCommand) {
  const { attempt, dueInMs, epoch, gate, id, isNoop, keepsBudget = false, progress, storedOutputs, token } = command;
  return {
    id,
    epoch,
    token,
    dueInMs: Math.ceil(dueInMs),
    isNoop: isNoop ? 1 : 0,
    storedOutputs: toJson(storedOutputs),
    setsGate: gate === undefined ? 0 : 1,
    gate: gate ?? null,
    keepsBudget: keepsBudget ? 1 : 0,
    hasProgress: progress === null ? 0 : 1,
    ...progressArguments(progress),
    ...attemptArguments(attempt),
  };
}

function progressArguments(progress: ProgressWrite | null) {
  return {
    progress: progress?.value ?? null,
    progressSource: progress?.source ?? null,
    queuePosition: progress?.queuePosition ?? null,
    previewKey: progress?.preview?.storageKey ?? null,
    previewContentType: progress?.preview?.contentType ?? null,
  };
}

export function settleArguments({ attemptToken, epoch, ...command }: SettleCommand) {
  return { attemptToken: attemptToken ?? null, epoch, ...endArguments(command) };
}

/** Named arguments of the end of a generation, whatever its epoch. */
export function endArguments(command: Omit<SettleCommand, "attemptToken" | "epoch">) {
  const { announceTo = [], attempt, id, outcome, refund, token } = command;
  return {
    id,
    token,
    refundedCredits: refund.credits,
    reason: refund.reason,
    failureCode: outcome.type === "failed" ? outcome.code : null,
    outputs: JSON.stringify(outcome.type === "completed" ? outcome.outputs : []),
    announceTo: JSON.stringify(announceTo),
    ...attemptArguments(attempt),
  };
}

function attemptArguments(attempt: ParkCommand["attempt"]) {
  const { state = null, failure, costs } = attempt ?? {};
  return { attemptState: state, attemptFailure: toJson(failure), costs: toJson(costs) };
}
