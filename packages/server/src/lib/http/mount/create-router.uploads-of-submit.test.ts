import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";
import type { Hooks, SubmittedUpload } from "../../service/hooks.js";
import { memoryStorage } from "../../storage/memory-storage.js";

const models = { flux: defineModel({ provider: scriptedProvider<unknown>(), input: z.json(), credits: 1 }) };

/** A server whose hook does the same with the uploads of each submission. */
async function serverWith(check: (uploads: readonly SubmittedUpload[]) => Promise<unknown>) {
  const memory = memoryStorage();
  const reads: string[] = [];
  const storage: typeof memory = {
    ...memory,
    get: (key, options) => {
      reads.push(key);
      return memory.get(key, options);
    },
  };
  const beforeSubmit: Hooks["beforeSubmit"] = async (_, uploads) => {
    await check(uploads);
    return undefined;
  };
  const on = await testServer({ models, storage, hooks: { beforeSubmit } });
  const upload = async (shade = 0, ownerId = "ann") =>
    (await on.safelight.api.uploadInput({ ownerId }, tinyPng(shade))).id;
  reads.length = 0;
  const submit = (input: unknown) => on.as("ann").post("", { model: "flux", input });
  return { ...on, reads, submit, upload };
}

describe("the uploads that beforeSubmit receives", () => {
  it("are those of the input, each once and in its order, and are read on demand", async () => {
    const seen: unknown[] = [];
    const on = await serverWith(async (uploads) => {
      for (const { bytes, ...facts } of uploads) seen.push({ ...facts, bytes: await bytes() });
    });
    const [first, second, other] = [await on.upload(1), await on.upload(2), await on.upload(3)];
    expect((await on.submit({ frames: [second, first, second] })).status).toBe(202);
    const factsOf = (reference: string, shade: number) => {
      const bytes = new Uint8Array(tinyPng(shade));
      return { reference, contentType: "image/png", byteLength: bytes.byteLength, bytes };
    };
    expect(seen).toEqual([factsOf(second, 2), factsOf(first, 1)]);
    expect(on.reads).toHaveLength(2);
    expect((await on.submit({ text: `not ${other}` })).status).toBe(202);
    expect([seen.length, on.reads.length]).toEqual([2, 2]);
  });

  it("are none of another owner", async () => {
    let calls = 0;
    const on = await serverWith(async () => (calls += 1));
    expect((await problemOf(await on.submit({ image: await on.upload(1, "ben") }))).code).toBe("invalid_input");
    expect([calls, on.reads]).toEqual([0, []]);
  });

  it("are not read above the limit of the hook", async () => {
    let error: unknown;
    const on = await serverWith(async ([upload]) => {
      error = await upload?.bytes({ maxBytes: upload.byteLength - 1 }).catch((reason: unknown) => reason);
    });
    await on.submit({ image: await on.upload() });
    expect([error, on.reads]).toEqual([expect.any(RangeError), []]);
  });

  it("are in the memory of at most four calls of a submit of several", async () => {
    let [active, max] = [0, 0];
    const on = await serverWith(async ([upload]) => {
      active += 1;
      max = Math.max(max, active);
      await upload?.bytes();
      active -= 1;
    });
    const image = await on.upload();
    const inputs = Array.from({ length: 6 }, (_, index) => ({ index, image }));
    expect((await on.as("ann").post("/many", { model: "flux", inputs })).status).toBe(202);
    expect([max, on.reads.length]).toEqual([4, 6]);
  });

  it("refuse the submit with the path of a file whose bytes are gone, and with 503 while the storage is down", async () => {
    const on = await serverWith(async (uploads) => Promise.all(uploads.map(({ bytes }) => bytes())));
    const image = await on.upload();
    await on.submit({ image });
    await on.storage.delete(on.reads[0] ?? "");
    const { code, issues } = await problemOf(await on.submit({ deep: [image] }));
    expect([code, issues?.[0]?.path]).toEqual(["invalid_input", ["deep", 0]]);
    const body = { model: "flux", inputs: [{ image: await on.upload(1) }, { deep: [image] }] };
    const many = await problemOf(await on.as("ann").post("/many", body));
    expect(many.issues?.[0]?.path).toEqual(["inputs", 1, "deep", 0]);
    on.storage.get = () => Promise.reject(new Error("the network is down"));
    const down = await on.submit({ image });
    expect([down.status, (await problemOf(down)).code]).toEqual([503, "unavailable"]);
    expect((await bodyOf<{ balance: number }>(await on.as("ann").get("/credits"))).balance).toBe(99);
  });
});
