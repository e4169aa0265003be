import { expect, it, vi } from "vitest";
import { anyInput } from "../../../../testing/fakes/any-input.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { defineModel, definitionsOf } from "../../model/define-model.js";
import type { CancelOutcome } from "../../ports/provider.js";
import type { JobCancel } from "../../ports/store/outbox.js";
import { cancelJob } from "./cancel-job.js";

const job = { generationId: "gen_1", model: "demo", providerId: "scripted", attempt: 1, token: "token-1" };
const item = { id: 1, topic: "cancel_job", tries: 1, capacity: null } as const;

it.each<
  readonly [
    what: string,
    changed: { readonly providerId?: string },
    response: CancelOutcome | null,
    reason: RegExp,
    jobCancel: JobCancel | undefined,
  ]
>([
  [
    "the provider of the job is missing",
    { providerId: "removed" },
    "canceled",
    /does not have the provider/,
    undefined,
  ],
  ["the response is invalid", {}, null, /does not show whether/, "unknown"],
  ["the cancel was requested", {}, "requested", /has not confirmed yet/, "requested"],
])("returns the reason if %s", async (_, changed, response, reason, jobCancel) => {
  // The cast is safe: an adapter without types may return any value.
  const provider = scriptedProvider({ cancel: [response as CancelOutcome] });
  const models = definitionsOf({ demo: defineModel({ provider, input: anyInput }) });
  const abandoned = { ...item, job: { ...job, operation: { job: 7 }, operationHint: null, ...changed } };
  const onCancel = vi.fn();
  const { signal } = new AbortController();
  const canceled = cancelJob({ models, random: () => 0.5 }, { item: abandoned, onCancel, signal });
  expect(await canceled).toEqual({ isDone: false, reason: expect.stringMatching(reason) });
  expect(onCancel.mock.lastCall?.[0]).toBe(jobCancel);
});
