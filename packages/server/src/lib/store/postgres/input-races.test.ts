import { beforeEach, describe, expect, it } from "vitest";
import { atOnce, image, openSessions } from "../../../../test/postgres-sessions.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("input_races");
const dayMs = 86_400_000;

async function deletedKeys(store: Store): Promise<readonly string[]> {
  const items = await store.claimOutbox({ models: [], topics: ["delete_objects"], limit: 100, leaseMs: 1_000 });
  return items.flatMap((item) => (item.topic === "delete_objects" ? item.keys : [])).toSorted();
}

describe("uploads of several connections at once", () => {
  it("record as many images as the rate allows", async () => {
    const rate = { requests: 5, perMs: 3_600_000 };
    const verdicts = await atOnce(20, (index) => given().store.recordInput(image(index, { rate })));
    expect(verdicts.filter(({ type }) => type === "recorded")).toHaveLength(5);
  });

  it("record as many images as the quota allows", async () => {
    const verdicts = await atOnce(20, (index) => given().store.recordInput(image(index, { maxOwnerBytes: 500 })));
    expect(verdicts.filter(({ type }) => type === "recorded")).toHaveLength(5);
  });

  it("record one image once when its command is sent several times", async () => {
    const verdicts = await atOnce(20, () => given().store.recordInput(image(1, { maxOwnerBytes: 100 })));
    expect(new Set(verdicts.map(({ type }) => type))).toEqual(new Set(["recorded"]));
    expect(await given().query("SELECT id FROM @inputs")).toHaveLength(1);
  });

  it("delete the bytes of a dropped image once", async () => {
    await given().store.recordInput(image(1));
    await atOnce(8, () => given().store.dropInput({ id: "inp_1", delayMs: 0 }));
    expect(await deletedKeys(given().store)).toEqual(["image-1/0-abc"]);
  });

  it("lock images in one order", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `inp_${index}`);
    for (const index of ids.keys()) await given().store.recordInput(image(index));
    await atOnce(60, (index) =>
      given().store.touchInputs({ ownerId: "ada", ids: index % 2 === 0 ? ids : ids.toReversed() }),
    );
  });
});

describe("an upload during the erasure of its owner", () => {
  it("is refused, since the erasure has deleted all images that it found", async () => {
    await given().store.recordInput(image(1));
    const [erased, verdict] = await given().interleave({
      first: (store) => store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10, ownerMarks: ["mark"] }),
      second: (store) => store.recordInput(image(2, { erasures: { ownerMarks: ["mark"], after: 0 } })),
    });
    expect([erased.isErased, verdict]).toEqual([true, { type: "owner_erased" }]);
    expect(await given().query("SELECT id FROM @inputs")).toEqual([]);
  });
});

describe("a purge of images", () => {
  beforeEach(async () => {
    await given().store.recordInput(image(1));
    await given().store.recordInput(image(2));
    given().advance(dayMs);
  });

  const purge = (store: Store) => store.purgeInputs({ unusedForMs: dayMs, limit: 10 });
  const touch = (store: Store) => store.touchInputs({ ownerId: "ada", ids: ["inp_1", "inp_2"] });

  it("keeps the images of a submit that commits during its wait", async () => {
    const [found, purged] = await given().interleave({ first: touch, second: purge });
    expect([found.length, purged]).toEqual([2, 0]);
    expect(await deletedKeys(given().store)).toEqual([]);
  });

  it("deletes its images before a submit that waits for them", async () => {
    const [purged, found] = await given().interleave({ first: purge, second: touch });
    expect([purged, found]).toEqual([2, []]);
    expect(await deletedKeys(given().store)).toEqual(["image-1/0-abc", "image-2/0-abc"]);
  });

  it("deletes the bytes once, and reports the images in each of several workers", async () => {
    const counts = await atOnce(8, () => purge(given().store));
    expect(new Set(counts)).toEqual(new Set(counts.includes(0) ? [0, 2] : [2]));
    expect(await deletedKeys(given().store)).toEqual(["image-1/0-abc", "image-2/0-abc"]);
  });
});
