import { expect, it } from "vitest";
import { measureMedia } from "../../src/lib/media/measure-media.js";
import { callContext } from "../call-context.js";
import { expectCapability, expectMedia, type ProviderBench } from "./bench.js";

const maxPreviewBytes = 262_144;
const blocks = "The provider blocks, so there is no job to poll.";
const cannotCancel = "The provider cannot cancel.";

/** Contract of a successful job. */
export function describeJob<Input>(bench: () => ProviderBench<Input>): void {
  const isResumable = (): boolean => bench().subject.provider.capabilities.resumable;

  it("completes an accepted job with outputs", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const statuses = await bench().follow(await bench().accept(bench().subject.inputs.succeeding));
    const last = statuses.at(-1);
    expect(last?.type).toBe("done");
    if (last?.type === "done") expectMedia(last.outputs);
  });

  it("reports increasing progress, or none", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const statuses = await bench().follow(await bench().accept(bench().subject.inputs.succeeding));
    const progress = statuses.flatMap((status) => (status.type === "running" ? [status.progress] : []));
    const known = progress.filter((value) => value !== null);
    expect(known).toEqual([...known].sort((one, other) => one - other));
    expect(known.every((value) => value >= 0 && value <= 1)).toBe(true);
    expectCapability(bench().subject.provider.capabilities, "progress", known);
  });

  it("never returns to the queue, and reports integers as queue positions", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const statuses = await bench().follow(await bench().accept(bench().subject.inputs.succeeding));
    const types = statuses.map(({ type }) => type);
    if (types.includes("running")) expect(types.lastIndexOf("queued")).toBeLessThan(types.indexOf("running"));
    for (const status of statuses) {
      if (status.type !== "queued" || status.queuePosition === null) continue;
      expect(Number.isSafeInteger(status.queuePosition)).toBe(true);
      expect(status.queuePosition).toBeGreaterThanOrEqual(0);
    }
  });

  it("reports previews that are small images, if any", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const statuses = await bench().follow(await bench().accept(bench().subject.inputs.succeeding));
    const previews = statuses.flatMap((status) =>
      status.type === "running" && status.preview ? [status.preview] : [],
    );
    for (const { bytes, contentType } of previews) {
      expect(bytes.byteLength).toBeLessThanOrEqual(maxPreviewBytes);
      expect(measureMedia(bytes)?.contentType).toBe(contentType);
    }
    expectCapability(bench().subject.provider.capabilities, "previews", previews);
  });

  it("returns the same outputs when it is polled again", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const operation = await bench().accept(bench().subject.inputs.succeeding);
    const first = (await bench().follow(operation)).at(-1);
    const again = await bench().poll(operation);
    expect(again.type).toBe("done");
    if (first?.type !== "done" || again.type !== "done") return;
    expect(again.outputs).toEqual(first.outputs);
  });

  it("charges nothing for a poll", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    await bench().follow(await bench().accept(bench().subject.inputs.succeeding));
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("resumes a job after a restart from the serialized operation", async ({ skip }) => {
    if (!isResumable()) return skip(blocks);
    const operation = await bench().accept(bench().subject.inputs.succeeding);
    await bench().poll(operation);
    const written: typeof operation = JSON.parse(JSON.stringify(operation));
    const statuses = await bench().follow(written, bench().subject.reopen());
    expect(statuses.at(-1)?.type).toBe("done");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("cancels a running job, and reports the same when it is called again", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (!isResumable() || provider.cancel === undefined) return skip(cannotCancel);
    const operation = await bench().accept(inputs.succeeding);
    const outcome = await provider.cancel(operation, callContext);
    expect(["canceled", "requested"]).toContain(outcome);
    expect(["canceled", "requested"]).toContain(await provider.cancel(operation, callContext));
    expect((await bench().follow(operation)).at(-1)?.type).toBe("canceled");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });

  it("returns too_late for a job that has ended", async ({ skip }) => {
    const { provider, inputs } = bench().subject;
    if (!isResumable() || provider.cancel === undefined) return skip(cannotCancel);
    const operation = await bench().accept(inputs.succeeding);
    await bench().follow(operation);
    expect(await provider.cancel(operation, callContext)).toBe("too_late");
    expect((await bench().poll(operation)).type).toBe("done");
    expect(await bench().subject.paidRequests("token-1")).toBe(1);
  });
}
