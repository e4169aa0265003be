import { join } from "node:path";
import { expect, it } from "vitest";
import { withStore } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";

const create = async (now: () => number) =>
  libsqlStore({ url: `file:${join(await tempFolder("inputs"), "test.db")}`, now });

it(
  "returns an image for a generation only if both have the same owner",
  withStore(create, async ({ scenario, store }) => {
    const image = {
      id: "inp_1",
      ownerId: "ada",
      storageKey: "a",
      contentType: "image/png",
      byteLength: 1,
      sha256: "ab",
    };
    await store.recordInput({ ...image, width: 1, height: 1, durationMs: null, rate: null });
    const [ofAda, ofBob] = [await scenario.accepted(), await scenario.accepted({ ownerId: "bob" })];
    expect(await store.getInput({ id: "inp_1", generationId: ofAda })).toMatchObject(image);
    expect(await store.getInput({ id: "inp_1", generationId: ofBob })).toBeNull();
    expect(await store.getInput({ id: "inp_1", generationId: "gen_unknown" })).toBeNull();
  }),
);
