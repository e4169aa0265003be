import type { Equivalents } from "./mutant.js";

/** Equivalent mutants outside SQL: an `if` that throws or returns. */
export const equivalentExits: readonly Equivalents[] = [
  {
    because: "unreachable: the check narrows the type, and guards against later changes",
    guards: [
      "event-handlers.ts eventHandlers: throws if first === null",
      "openapi-document.ts toContent: throws if id === undefined",
      "key-ring.ts createKeyRing: throws if key === undefined",
      "key-ring.ts createKeyRing: throws if key === undefined (2)",
    ],
  },
  {
    because: "the next line throws as well, with another log message",
    guards: ["price-input.ts toStorable: throws if json === undefined"],
  },
  {
    because: "the key is looked up first; the check in the commit is for races",
    guards: ["submit-generation.ts toResult: throws if generation === null"],
    together: ["submit-once.ts replayOne: throws if known.generation === null"],
  },
  {
    because: "the next line refuses the same input with another message",
    guards: ["check-submit-body.ts checkSubmitBody: throws if input === undefined"],
  },
  {
    because: "a provider without the method, or an invalid result, throws in the next line and is handled the same way",
    guards: [
      'poll-operation.ts pollOperation: returns if !hasMethod(provider, "poll")',
      "parse-provider-result.ts parseOutputs: returns if !Array.isArray(outputs)",
      "cancel-job.ts cancelJob: returns if provider === undefined || provider === null",
    ],
  },
  {
    because: "stops earlier; the epoch refuses later writes of a worker that lost its lease",
    guards: [
      "advance-generation.ts advanceGeneration: throws if lease.signal.aborted",
      "poll-operation.ts tryToCancel: throws if lease.signal.aborted",
      "poll-operation.ts startStoring: returns if !(await writer.recordResult({ attemptToken: attempt.token, outputs: null, costs }))",
      "reconcile-attempt.ts lookUp: throws if lease.signal.aborted",
      "store-in-memory-outputs.ts storeInMemoryOutputs: returns if !(await step.writer.recordResult(result))",
      "store-in-memory-outputs.ts recordEarly: returns if !mayRecordEarly(step) || !(await writer.recordResult(result))",
    ],
  },
  {
    because: "without it a loop is endless: the tests hang instead of failing",
    guards: [
      "persist.ts persist: throws if isLast",
      "wait-for-change.ts waitForChange: returns if waiter.isAborted()",
      "await-sequence.ts awaitSequence: returns if waiter.isAborted()",
      "owner-events.ts OwnerEvents: returns if this.#waiter.isAborted()",
    ],
  },
];
