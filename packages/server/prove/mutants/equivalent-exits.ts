import type { Equivalents } from "./mutant.js";

/** Those of the list of equivalents that are no SQL: each an `if` that throws or returns. */
export const equivalentExits: readonly Equivalents[] = [
  {
    because: "cannot be: it tells the compiler, and whoever changes what is before it",
    guards: [
      "event-handlers.ts eventHandlers: throws if done === true",
      "openapi-document.ts toContent: throws if id === undefined",
      "key-ring.ts createKeyRing: throws if key === undefined",
      "key-ring.ts createKeyRing: throws if key === undefined (2)",
    ],
  },
  {
    because: "breaks down in the next line all the same, with another message for the log",
    guards: ["submit-generation.ts toStorable: throws if json === undefined"],
  },
  {
    because: "the key is looked up before; in the commit it is only for those who race",
    guards: ["submit-generation.ts toResult: throws if generation === null"],
    together: ["replay-submission.ts replaySubmission: throws if known.generation === null"],
  },
  {
    because: "the next line refuses the same, in other words",
    guards: ["check-submit-body.ts checkSubmitBody: throws if input === undefined"],
  },
  {
    because: "what cannot be asked, or understood, throws in the next line, and that is taken the same way",
    guards: [
      'poll-operation.ts pollOperation: returns if !canBeAsked(provider, "poll")',
      "provider-answers.ts parseOutputs: returns if !Array.isArray(outputs)",
      "cancel-job.ts cancelJob: returns if provider === undefined || provider === null",
    ],
  },
  {
    because: "stops sooner; the epoch refuses what a worker that has lost goes on to write",
    guards: [
      "advance-generation.ts advanceGeneration: throws if lease.signal.aborted",
      "poll-operation.ts tryToCancel: throws if lease.signal.aborted",
      "poll-operation.ts startStoring: returns if !(await writer.recordResult({ attemptToken: attempt.token, outputs: null, costs }))",
      "reconcile-attempt.ts lookUp: throws if lease.signal.aborted",
      "keep-outputs.ts keepOutputs: returns if !(await step.writer.recordResult({ attemptToken, outputs: kept.outputs, costs }))",
      "keep-outputs.ts announce: returns if !mayAnnounce(step) || !(await writer.recordResult({ attemptToken, outputs: null }))",
    ],
  },
  {
    because: "without it a loop has no end: the tests stand still, and none of them can go red",
    guards: [
      "persist.ts persist: throws if isLast",
      "wait-for-change.ts waitForChange: returns if waiter.isAborted()",
      "owner-events.ts ownerEvents: returns if waiter.isAborted()",
    ],
  },
];
