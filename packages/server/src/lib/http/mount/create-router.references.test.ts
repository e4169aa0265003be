import type { Json } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";

const unknownId = "inp_01900000-0000-7000-8000-00000000ffff";

/** Accepts any input; `prompt` is what the model of the other tests takes. */
const anything = {
  free: defineModel({ provider: scriptedProvider<unknown>(), input: z.json(), credits: 4 }),
  flux: defineModel({ provider: scriptedProvider<unknown>(), input: z.json(), credits: 4 }),
  picked: defineModel({
    provider: scriptedProvider<{ image: string }>(),
    // References are read from the output of the schema.
    input: z.object({ image: z.string().default(unknownId) }),
    credits: 4,
  }),
};

async function server(): Promise<TestServer<typeof anything>> {
  return testServer({ models: anything });
}

async function uploaded(on: Pick<TestServer<typeof anything>, "safelight">, ownerId: string): Promise<string> {
  return (await on.safelight.api.uploadInput({ ownerId }, tinyPng())).id;
}

describe("an input that refers to uploads", () => {
  const submit = (on: TestServer<typeof anything>, input: Json, model = "free", headers = {}) =>
    on.as("ann").post("", { model, input }, headers);
  const balance = async (on: TestServer<typeof anything>): Promise<number> =>
    (await bodyOf<{ balance: number }>(await on.as("ann").get("/credits"))).balance;

  it("is accepted with a reference at any depth", async () => {
    const on = await server();
    const id = await uploaded(on, "ann");
    for (const input of [id, [id], { image: id, again: { deep: [[{ mask: id }]] } }]) {
      expect((await submit(on, input)).status).toBe(202);
    }
  });

  it("refers to no more images than the owner's quota of bytes allows", async () => {
    const { byteLength } = tinyPng();
    const limits = { maxInputImageBytes: byteLength, maxInputBytesPerOwner: 2 * byteLength };
    const on = await testServer({ models: anything, limits });
    await uploaded(on, "ann");
    await uploaded(on, "ann");
    await expect(uploaded(on, "ann")).rejects.toMatchObject({ code: "payload_too_large" });
    await uploaded(on, "bob");
  });

  it("does not renew its images when the account cannot pay for it", async () => {
    const on = await testServer({ models: anything, credits: { initialGrant: 3 } });
    const id = await uploaded(on, "ann");
    on.clock.skip(86_400_000);
    const response = await submit(on, { image: id });
    expect((await problemOf(response)).code).toBe("insufficient_credits");
    expect(await on.store.purgeInputs({ unusedForMs: 86_400_000, limit: 10 })).toBe(1);
  });

  it("is refused without a charge, with the path of each image that is missing or another owner's", async () => {
    const on = await server();
    const mine = await uploaded(on, "ann");
    const bobs = await uploaded(on, "bob");
    const input = { image: mine, references: [mine, { of: [[bobs]] }], mask: unknownId, "0": bobs };
    const response = await submit(on, input);
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem.code).toBe("invalid_input");
    expect(problem.issues).toEqual([
      { message: expect.stringContaining("upload it again"), path: ["0"] },
      { message: expect.stringContaining("upload it again"), path: ["mask"] },
    ]);
    expect(await balance(on)).toBe(100);
    const nested = await problemOf(await submit(on, { references: [mine, { of: [[bobs]] }] }));
    expect(nested.issues?.map(({ path }) => path)).toEqual([["references", 1, "of", 0, 0]]);
  });

  it("is refused above the max number of references, repeats included, with the path of the first one above", async () => {
    const on = await testServer({ models: anything, limits: { maxInputFiles: 3 } });
    const id = await uploaded(on, "ann");
    expect((await submit(on, { mask: id, images: [id, id] })).status).toBe(202);
    const response = await submit(on, { mask: id, images: [id, id, id, id] });
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    const message = "An input may refer to at most 3 uploaded files; this one refers to 5.";
    expect(problem).toMatchObject({ code: "invalid_input", issues: [{ message, path: ["images", 2] }] });
  });

  it("is refused if its images are larger together than two of the max size", async () => {
    const one = tinyPng().byteLength;
    const on = await testServer({ models: anything, limits: { maxInputImageBytes: one + 1 } });
    const id = await uploaded(on, "ann");
    const other = await uploaded(on, "ann");
    expect((await submit(on, { images: [id, other] })).status).toBe(202);
    const response = await submit(on, { images: [id, other, id] });
    expect(response.status).toBe(422);
    const message = expect.stringContaining("total size of at most");
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "invalid_input", issues: [{ message, path: ["images", 2] }] });
  });

  it("is refused equally for another owner's image and for a missing one", async () => {
    const on = await server();
    const responses = await Promise.all(
      [await uploaded(on, "bob"), unknownId].map(async (image) => {
        const { requestId: _, ...problem } = await problemOf(await submit(on, { image }));
        return problem;
      }),
    );
    expect(responses[0]).toEqual(responses[1]);
  });

  it("is checked in the output of the schema", async () => {
    const on = await server();
    expect((await problemOf(await submit(on, {}, "picked"))).issues).toMatchObject([{ path: ["image"] }]);
    const response = await submit(on, { image: "a lighthouse", stray: unknownId }, "picked");
    expect(response.status).toBe(202);
  });

  it("is not confused with a similar text", async () => {
    const on = await server();
    for (const text of [` ${unknownId}`, unknownId.toUpperCase(), `see ${unknownId}`, unknownId.slice(0, -1)]) {
      expect([text, (await submit(on, { prompt: text })).status]).toEqual([text, 202]);
    }
  });

  it("is checked again by a retry, and not by a replay", async () => {
    const on = await server();
    const image = await uploaded(on, "ann");
    const key = { "idempotency-key": "key" };
    const first = await submit(on, { image }, "free", key);
    const { generation } = await bodyOf<{ generation: { id: string } }>(first);
    expect((await on.as("ann").post(`/${generation.id}/retry`)).status).toBe(202);
    expect((await on.as("ann").post(`/${generation.id}/retry`, { input: { mask: unknownId } })).status).toBe(422);
    on.clock.skip(7 * 86_400_000);
    await on.store.purgeInputs({ unusedForMs: 7 * 86_400_000, limit: 10 });
    const retried = await problemOf(await on.as("ann").post(`/${generation.id}/retry`));
    expect(retried.issues).toMatchObject([{ path: ["image"] }]);
    const another = await uploaded(on, "ann");
    expect((await on.as("ann").post(`/${generation.id}/retry`, { input: { image: another } })).status).toBe(202);
  });

  it("extends the lifetime of its images", async () => {
    const on = await server();
    const image = await uploaded(on, "ann");
    on.clock.skip(1_000);
    await submit(on, { image });
    on.clock.skip(500);
    expect(await on.store.purgeInputs({ unusedForMs: 1_000, limit: 10 })).toBe(0);
    on.clock.skip(500);
    expect(await on.store.purgeInputs({ unusedForMs: 1_000, limit: 10 })).toBe(1);
  });

  it("is checked without HTTP, too", async () => {
    const { safelight } = await server();
    const caller = { ownerId: "ann" };
    await expect(safelight.api.submit(caller, "free", { image: unknownId })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(safelight.api.uploadInput(caller, new Uint8Array(10))).rejects.toMatchObject({
      code: "unsupported_media_type",
    });
  });
});
