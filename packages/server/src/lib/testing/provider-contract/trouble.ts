import { expect, it } from "vitest";
import { isRetryable } from "../../generation/provider-failure.js";
import { askContext } from "../ask-context.js";
import { expectFailure, type ProviderBench } from "./bench.js";

const noSuchPath = "Its vendor has no such path.";
const cannotFind = "It cannot look for a token.";

/** What a provider promises when its vendor refuses, fails or cannot be heard. */
export function describeTrouble<Input>(bench: () => ProviderBench<Input>): void {
  it("says that a refusal which passes may be tried again, and is not paid", async ({ skip }) => {
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

  it("says that a refusal which stays is final, and is not paid", async ({ skip }) => {
    const { invalid } = bench().subject.inputs;
    if (invalid === null) return skip(noSuchPath);
    const outcome = await bench().submit(invalid);
    expect(outcome.type).toBe("rejected");
    if (outcome.type !== "rejected") return;
    expectFailure(outcome.failure, invalid);
    expect(isRetryable(outcome.failure)).toBe(false);
    expect(await bench().subject.paidRequests("token-1")).toBe(0);
  });

  it("reports a job that fails, and keeps to it", async ({ skip }) => {
    const { failing } = bench().subject.inputs;
    if (failing === null) return skip(noSuchPath);
    if (!bench().subject.provider.capabilities.resumable) {
      // It was paid, and nothing will come of it: every output says why.
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

  it("never takes a lost reply for a refusal, and does not send the request again", async ({ skip }) => {
    const { losing } = bench().subject.inputs;
    if (losing === null) return skip(noSuchPath);
    // What `submit` throws counts as unknown, too.
    const outcome = await bench()
      .submit(losing)
      .catch(() => ({ type: "unknown" }));
    expect(outcome.type).toBe("unknown");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("finds a job whose reply was lost by its token, and brings it to its end", async ({ skip }) => {
    const { inputs, provider } = bench().subject;
    if (inputs.losing === null) return skip(noSuchPath);
    if (provider.findByToken === undefined) return skip(cannotFind);
    await bench()
      .submit(inputs.losing)
      .catch(() => null);
    const found = await provider.findByToken("token-1", askContext);
    expect(found.type).toBe("found");
    if (found.type !== "found") return;
    const said = await bench().follow(JSON.parse(JSON.stringify(found.operation)), bench().subject.reopen());
    expect(said.at(-1)?.type).toBe("done");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("finds nothing by a token that was never sent", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (provider.findByToken === undefined) return skip(cannotFind);
    await bench().submit(inputs.succeeding);
    expect(["absent", "unknown"]).toContain((await provider.findByToken("token-of-nobody", askContext)).type);
  });

  it("keeps to it that a token is absent: a request that comes late is not paid", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (provider.findByToken === undefined) return skip(cannotFind);
    const found = await provider.findByToken("token-1", askContext);
    if (found.type !== "absent") return skip("It proves of no token that it is absent.");
    const outcome = await bench().submit(inputs.succeeding);
    expect(outcome.type).toBe("rejected");
    expect(await bench().subject.paidRequests("token-1")).toBe(0);
  });

  it.for([null, 7, "gone", [], {}, { jobId: "job_of_nobody" }])(
    "fails or throws for an operation that it cannot know, such as %j, and never takes it for done",
    async (operation, { skip }) => {
      const { provider } = bench().subject;
      if (!provider.capabilities.resumable) return skip("It blocks: there is no job to ask about.");
      const status = await bench()
        .poll(operation)
        .catch(() => ({ type: "failed" }));
      expect(status.type).toBe("failed");
      const canceled = await provider.cancel?.(operation, askContext).catch(() => "too_late");
      if (provider.cancel !== undefined) expect(canceled).toBe("too_late");
    },
  );
}
