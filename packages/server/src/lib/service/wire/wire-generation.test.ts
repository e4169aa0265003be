import { type CompletedGeneration, failures } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import type { GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import { createKeyRing } from "../../signing/key-ring.js";
import { createMediaUrls } from "../../signing/media-urls.js";
import { toWireGeneration } from "./wire-generation.js";

const now = 1_800_000_000_000;
const clock = fakeClock(now);
const keyRing = createKeyRing(async () => ["a secret"]);
const context = {
  billing: { initialGrant: 0 },
  clock,
  databaseKeys: keyRing,
  mediaUrls: createMediaUrls({ base: "/g", keyRing, clock }),
  thumbnailUrlOf: null,
  exposesFlags: false,
  queuePlaces: { read: async () => new Map() },
};

const hidden = "internal-";

const output = (index: number): OutputRecord => ({
  index,
  kind: "image",
  storageKey: `${hidden}prefix/${index}`,
  contentType: "image/png",
  byteLength: 10,
  sha256: "ab12",
  width: 1,
  height: 2,
  durationMs: null,
  placeholder: "abc",
  thumbnail: null,
  provenance: { digitalSourceType: "algorithmicMedia", c2pa: false, marked: true },
  flags: [`${hidden}flag`],
});

const queued: GenerationRecord = {
  id: "gen_1",
  ownerId: `${hidden}owner`,
  accountId: `${hidden}account`,
  model: "flux",
  kind: "image",
  scope: "poster",
  metadata: { a: 1 },
  input: { prompt: "x" },
  state: "queued",
  version: 3,
  sequence: 7,
  teamId: null,
  galleryId: `${hidden}owner`,
  epoch: 2,
  attempts: 1,
  maxAttempts: 4,
  expiredLeases: 0,
  deadlineAt: now,
  dueAt: now,
  gate: null,
  rank: now,
  requestedOutputs: 2,
  storagePrefix: `${hidden}prefix`,
  progress: null,
  progressSource: "none",
  queuePosition: 4,
  progressAt: null,
  preview: null,
  failureCode: null,
  credits: 4,
  refundedCredits: 0,
  dropOnCancel: true,
  refunds: null,
  createdAt: now - 1_000,
  notBefore: null,
  expiresAt: null,
  startedDeadlineAt: null,
  startedAt: null,
  finishedAt: null,
  seenAt: null,
  expectedAt: null,
  cancelRequestedAt: null,
  retryOf: null,
  groupId: null,
  outputs: [],
};

const toWire = (fields: Partial<GenerationRecord>) => toWireGeneration(context, { ...queued, ...fields });

describe("toWireGeneration", () => {
  it("maps every field of the contract, and no other column", async () => {
    expect(await toWire({})).toEqual({
      id: "gen_1",
      model: "flux",
      kind: "image",
      scope: "poster",
      metadata: { a: 1 },
      status: "pending",
      version: 3,
      sequence: 7,
      ownerTag: expect.stringMatching(/^[\w-]{22}$/),
      submitterTag: expect.stringMatching(/^[\w-]{22}$/),
      visibility: "own",
      input: { prompt: "x" },
      requestedOutputs: 2,
      progress: { value: null, source: "none", queuePosition: 4, queuePositionAt: null, etaMs: null, previewUrl: null },
      credits: 4,
      refundedCredits: 0,
      createdAt: new Date(now - 1_000).toISOString(),
      notBefore: null,
      expiresAt: null,
      startedAt: null,
      finishedAt: null,
      seenAt: null,
      expectedAt: null,
      cancelRequestedAt: null,
      retryOf: null,
      groupId: null,
      urlsExpireAt: null,
    });
    const completed = await toWire({ state: "completed", startedAt: now, outputs: [output(0)] });
    expect(JSON.stringify(completed)).not.toContain(hidden);
  });

  it.each(["queued", "submitting", "running", "storing", "retry_wait", "reconciling"] as const)(
    "maps %s to pending before the first acceptance, and to processing afterwards",
    async (state) => {
      expect((await toWire({ state })).status).toBe("pending");
      expect((await toWire({ state, startedAt: now })).status).toBe("processing");
    },
  );

  it.each([
    ["queued", null, null],
    ["running", null, null],
    ["running", 0, 0],
    ["running", 0.4, 0.4],
    ["running", 1, 0.99],
    ["storing", 1, 0.99],
    ["failed", 1, 0.99],
    ["canceled", 0.4, 0.4],
    ["completed", null, 1],
    ["completed", 0.4, 1],
  ] as const)("maps progress in state %s from %d to %d", async (state, progress, value) => {
    const generation = await toWire({ state, progress, startedAt: now, outputs: [output(0)] });
    expect(generation.progress.value).toBe(value);
  });

  it("maps outputs in order, each with its own URL", async () => {
    const generation = await toWire({ state: "completed", startedAt: now, outputs: [output(1), output(0)] });
    expect(generation).toMatchObject({
      status: "completed",
      outputs: [
        { index: 0, url: expect.stringMatching(/^\/g\/gen_1\/outputs\/0\?/), width: 1, height: 2, placeholder: "abc" },
        { index: 1, url: expect.stringMatching(/^\/g\/gen_1\/outputs\/1\?/), thumbnailUrl: null },
      ],
    });
  });

  it("maps the vendor's safety flags only if the host exposes them", async () => {
    const record = { ...queued, state: "completed", outputs: [output(0), { ...output(1), flags: null }] } as const;
    const flagsIn = async (exposesFlags: boolean) => {
      const generation = await toWireGeneration({ ...context, exposesFlags }, record);
      return generation.status === "completed" && generation.outputs.map((output) => output.flags);
    };
    expect(await flagsIn(true)).toEqual([[`${hidden}flag`], null]);
    expect(await flagsIn(false)).toEqual([undefined, undefined]);
  });

  it("maps a thumbnail to its URL only", async () => {
    const small = { contentType: "image/webp", byteLength: 5, width: 1, height: 1 };
    const thumbnail = { storageKey: `${hidden}prefix/0-thumb`, ...small };
    const { outputs } = (await toWire({
      state: "completed",
      startedAt: now,
      outputs: [{ ...output(0), thumbnail }],
    })) as CompletedGeneration;
    expect(outputs[0].thumbnailUrl).toMatch(/^\/g\/gen_1\/outputs\/0\/thumbnail\?expires=\d+&signature=/);
    expect(JSON.stringify(outputs)).not.toContain(hidden);
  });

  it("sets urlsExpireAt only if there are URLs", async () => {
    const completed = await toWire({ state: "completed", startedAt: now, outputs: [output(0)] });
    const preview = { storageKey: "key", contentType: "image/png" };
    const developing = await toWire({ state: "running", startedAt: now, preview });
    const url = completed.status === "completed" ? new URL(completed.outputs[0].url, "http://host") : null;
    const expiresAt = new Date(Number(url?.searchParams.get("expires")) * 1_000).toISOString();
    expect([completed.urlsExpireAt, developing.urlsExpireAt]).toEqual([expiresAt, expiresAt]);
    expect((await toWire({ state: "canceled", startedAt: now, preview })).urlsExpireAt).toBeNull();
  });

  it("throws for a completed generation without outputs", async () => {
    await expect(toWire({ state: "completed", startedAt: now })).rejects.toThrow("gen_1 has no outputs");
  });

  it("maps a failure to the contract's message, without outputs", async () => {
    const generation = await toWire({ state: "failed", failureCode: "content_rejected", outputs: [output(0)] });
    expect(generation).toMatchObject({
      status: "failed",
      error: { code: "content_rejected", ...failures.content_rejected },
    });
    expect(generation).not.toHaveProperty("outputs");
    expect(await toWire({ state: "failed", failureCode: null })).toMatchObject({ error: { code: "internal" } });
    expect(await toWire({ state: "canceled" })).not.toHaveProperty("error");
  });

  it("sets expectedAt until the end", async () => {
    const expectedAt = now + 5_000;
    const active = await toWire({ state: "running", startedAt: now, expectedAt });
    expect(active).toMatchObject({ expectedAt: new Date(expectedAt).toISOString(), progress: { etaMs: 5_000 } });
    expect((await toWire({ expectedAt: now - 1 })).progress.etaMs).toBe(0);
    expect((await toWire({ state: "canceled", expectedAt })).progress).toMatchObject({
      etaMs: null,
      queuePosition: null,
    });
  });

  it("changes the preview URL with each preview, and has none after the end", async () => {
    const preview = (name: string) => ({ storageKey: `p/${name}`, contentType: "image/png" });
    const urlOf = async (fields: Partial<GenerationRecord>) => (await toWire(fields)).progress.previewUrl;
    const first = await urlOf({ preview: preview("one") });
    expect(first).toMatch(/^\/g\/gen_1\/preview\?/);
    expect(await urlOf({ preview: preview("one"), version: 4, progress: 0.5 })).toBe(first);
    expect(await urlOf({ preview: preview("two") })).not.toBe(first);
    expect(await urlOf({ preview: preview("one"), state: "canceled" })).toBeNull();
  });

  it("estimates progress from earlier runs if the provider reports none", async () => {
    const late = { ...queued, state: "running", startedAt: now - 5_000, progressSource: "estimate" } as const;
    const wire = await toWireGeneration(context, { ...late, expectedAt: now + 5_000 });
    expect(wire.progress).toMatchObject({ value: 0.45, source: "estimate", etaMs: 5_000 });
    const unknown = await toWireGeneration(context, { ...late, expectedAt: null });
    expect(unknown.progress).toMatchObject({ value: null, source: "none", etaMs: null });
    const reported = { ...late, progressSource: "provider", progress: 0.2, expectedAt: now + 5_000 } as const;
    expect((await toWireGeneration(context, reported)).progress).toMatchObject({ value: 0.2, source: "provider" });
  });
});
