import { expect, it } from "vitest";
import { isRetryable } from "../../src/lib/generation/provider-failure.js";
import { callContext } from "../call-context.js";
import { expectFailure, type ProviderBench } from "./bench.js";

const noSuchPath = "The vendor does not have this behavior.";
const cannotFind = "The provider has no findByToken.";

/** Contract of refusals, failures and lost responses. */
export function describeFailures<Input>(bench: () => ProviderBench<Input>): void {
  it("reports a temporary refusal as retryable, and pays nothing", async ({ skip }) => {
    const { busy } = bench().subject.inputs;
    if (busy === null) return skip(noSuchPath);
    const outcome = await bench().submit(busy);
    expect(outcome.type).toBe("rejected");
    if (outcome.type !== "rejected") return;
    expectFailure(outcome.failure, busy);
    expect(isRetryable(outcome.failure)).toBe(true);
    expect(outcome.failure.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
    expect(await bench().subject.paidRequests("token-1")).toBe(0);
  });

  it("reports a permanent refusal as final, and pays nothing", async ({ skip }) => {
    const { invalid } = bench().subject.inputs;
    if (invalid === null) return skip(noSuchPath);
    const outcome = await bench().submit(invalid);
    expect(outcome.type).toBe("rejected");
    if (outcome.type !== "rejected") return;
    expectFailure(outcome.failure, invalid);
    expect(isRetryable(outcome.failure)).toBe(false);
    expect(await bench().subject.paidRequests("token-1")).toBe(0);
  });

  it("reports a failed job, with the same result for each poll", async ({ skip }) => {
    const { failing } = bench().subject.inputs;
    if (failing === null) return skip(noSuchPath);
    if (!bench().subject.provider.capabilities.resumable) {
      // The request was paid without a result: every output carries a failure.
      const outcome = await bench().submit(failing);
      const outputs = outcome.type === "done" ? outcome.outputs : [];
      expect(outputs.length).toBeGreaterThan(0);
      for (const output of outputs) expectFailure("failure" in output ? output.failure : null, failing);
      return;
    }
    const operation = await bench().accept(failing);
    const last = (await bench().follow(operation)).at(-1);
    expect(last?.type).toBe("failed");
    if (last?.type === "failed") expectFailure(last.failure, failing);
    expect(await bench().poll(operation)).toEqual(last);
  });

  it("never reports a lost response as a refusal, and does not send the request again", async ({ skip }) => {
    const { losing } = bench().subject.inputs;
    if (losing === null) return skip(noSuchPath);
    // An error of `submit` counts as unknown too.
    const outcome = await bench()
      .submit(losing)
      .catch(() => ({ type: "unknown" }));
    expect(outcome.type).toBe("unknown");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("finds a job after a lost response by its token, and completes it", async ({ skip }) => {
    const { inputs, provider } = bench().subject;
    if (inputs.losing === null) return skip(noSuchPath);
    if (provider.findByToken === undefined) return skip(cannotFind);
    await bench()
      .submit(inputs.losing)
      .catch(() => null);
    const found = await provider.findByToken("token-1", callContext);
    expect(found.type).toBe("found");
    if (found.type !== "found") return;
    const statuses = await bench().follow(JSON.parse(JSON.stringify(found.operation)), bench().subject.reopen());
    expect(statuses.at(-1)?.type).toBe("done");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("finds nothing for an unknown token", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (provider.findByToken === undefined) return skip(cannotFind);
    await bench().submit(inputs.succeeding);
    expect(["absent", "unknown"]).toContain((await provider.findByToken("token-unknown", callContext)).type);
  });

  it("rejects a late request with a token that it has reported as absent", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (provider.findByToken === undefined) return skip(cannotFind);
    const found = await provider.findByToken("token-1", callContext);
    if (found.type !== "absent") return skip("The provider never reports a token as absent.");
    const outcome = await bench().submit(inputs.succeeding);
    expect(outcome.type).toBe("rejected");
    expect(await bench().subject.paidRequests("token-1")).toBe(0);
  });

  it.for([null, 7, "gone", [], {}, { jobId: "job_unknown" }])(
    "fails or throws for an unknown operation, such as %j, and never reports it as done",
    async (operation, { skip }) => {
      const { provider } = bench().subject;
      if (!provider.capabilities.resumable) return skip("The provider blocks, so there is no job to poll.");
      const status = await bench()
        .poll(operation)
        .catch(() => ({ type: "failed" }));
      expect(status.type).toBe("failed");
      const canceled = await provider.cancel?.(operation, callContext).catch(() => "too_late");
      if (provider.cancel !== undefined) expect(canceled).toBe("too_late");
    },
  );
}
