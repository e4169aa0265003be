import { describe, expect, it } from "vitest";
import { SlotShares } from "./slot-shares.js";

const three = new Map([
  ["flux", "fal"],
  ["schnell", "fal"],
  ["gpt-image", "openai"],
  ["sd", "stability"],
]);
const one = new Map([["flux", "fal"]]);

let ids = 0;
const due = (model: string, ownerId: string) => {
  ids += 1;
  return { id: String(ids), model, ownerId, isLongCopy: false, isStart: true };
};
const many = (count: number, model: string, owner: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => due(model, owner(index)));
const eachOwner = (index: number): string => `owner-${index}`;

/** Starts as many generations as the rule allows. Returns their number. */
function fill(shares: SlotShares, waiting: ReturnType<typeof many>): number {
  const chosen = shares.choose(waiting, shares.free);
  for (const each of chosen) shares.hold(each);
  return chosen.length;
}

describe("the slots of a worker", () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [8, 6],
    [10, 8],
    [100, 75],
  ])("of %i allow one provider among several at most %i", (slots, held) => {
    const shares = new SlotShares({ slots, providers: three });
    const waiting = [...many(200, "flux", eachOwner), ...many(200, "schnell", eachOwner)];
    expect(fill(shares, waiting)).toBe(held);
    expect(shares.openModels).toEqual(slots === 1 ? [] : ["gpt-image", "sd"]);
  });

  it.each([
    [1, 1],
    [3, 3],
    [4, 3],
    [8, 7],
    [10, 9],
    [100, 88],
  ])("of %i allow one owner at most %i", (slots, held) => {
    const shares = new SlotShares({ slots, providers: one });
    expect(
      fill(
        shares,
        many(200, "flux", () => "ada"),
      ),
    ).toBe(held);
    expect(fill(shares, [due("flux", "bob")])).toBe(slots < 4 ? 0 : 1);
  });

  it("are all available to the only provider", () => {
    const shares = new SlotShares({ slots: 8, providers: one });
    expect(fill(shares, many(20, "flux", eachOwner))).toBe(8);
  });

  it("keep one for the third provider while two hang", () => {
    const shares = new SlotShares({ slots: 8, providers: three });
    expect(fill(shares, many(20, "flux", eachOwner))).toBe(6);
    expect(fill(shares, many(20, "gpt-image", eachOwner))).toBe(1);
    expect(shares.openModels).toEqual(["sd"]);
    expect(fill(shares, many(20, "sd", eachOwner))).toBe(1);
  });

  it("are all used when every provider holds one", () => {
    const shares = new SlotShares({ slots: 8, providers: three });
    const waiting = [...many(9, "flux", eachOwner), ...many(9, "gpt-image", eachOwner), ...many(9, "sd", eachOwner)];
    expect(fill(shares, waiting)).toBe(8);
  });

  it("go first to the owner with the fewest, then to the generation that is longest due", () => {
    const shares = new SlotShares({ slots: 8, providers: one });
    shares.hold(due("flux", "ada"));
    const [a1, a2] = [due("flux", "ada"), due("flux", "ada")];
    const [b1, b2, c1] = [due("flux", "bob"), due("flux", "bob"), due("flux", "cid")];
    expect(shares.choose([a1, a2, b1, b2, c1], 4)).toEqual([b1, c1, a1, b2]);
  });

  it("go to work in progress before starts, also of owners that hold none", () => {
    const shares = new SlotShares({ slots: 8, providers: one });
    shares.hold(due("flux", "ada"));
    const poll = { ...due("flux", "ada"), isStart: false };
    const starts = many(20, "flux", eachOwner);
    expect(shares.choose([...starts, poll], 2)).toEqual([poll, starts[0]]);
  });

  it.each([
    [1, 1],
    [3, 3],
    [4, 3],
    [8, 7],
    [100, 88],
  ])("of %i allow work in progress at most %i, while starts wait or not", (slots, held) => {
    const shares = new SlotShares({ slots, providers: one });
    const polls = many(200, "flux", eachOwner).map((each) => ({ ...each, isStart: false }));
    expect(fill(shares, polls)).toBe(held);
    expect(fill(shares, [...polls, due("flux", "bob")])).toBe(slots < 4 ? 0 : 1);
    // The slot of a start is no slot of work in progress.
    expect(shares.free).toBe(slots - held - (slots < 4 ? 0 : 1));
  });

  it.each([
    [3, 2],
    [4, 2],
    [8, 5],
    [100, 63],
  ])("of %i allow work in progress of one provider among several at most %i, and then a start of it", (slots, held) => {
    const shares = new SlotShares({ slots, providers: three });
    const polls = many(200, "flux", eachOwner).map((each) => ({ ...each, isStart: false }));
    expect(fill(shares, polls)).toBe(held);
    expect(shares.openModels.includes("schnell")).toBe(slots >= 4);
    expect(fill(shares, [...polls, due("schnell", "bob")])).toBe(slots < 4 ? 0 : 1);
    expect(fill(shares, [due("sd", "bob")])).toBe(1);
  });

  it.each([
    [3, one, 3],
    [4, one, 2],
    [8, one, 6],
    [4, three, 1],
    [8, three, 4],
    [100, three, 51],
  ])(
    "of %i allow work in progress of one owner less than others, case %#, and then that of another",
    (slots, providers, held) => {
      const shares = new SlotShares({ slots, providers });
      const polls = many(200, "flux", () => "ada").map((each) => ({ ...each, isStart: false }));
      expect(fill(shares, polls)).toBe(held);
      expect(fill(shares, [...polls, { ...due("flux", "bob"), isStart: false }])).toBe(slots < 4 ? 0 : 1);
      expect(fill(shares, [...polls, due("flux", "cid")])).toBe(slots < 4 ? 0 : 1);
    },
  );

  it("go among equal owners to the first in the queue, although it was served before", () => {
    const shares = new SlotShares({ slots: 8, providers: one });
    const served = due("flux", "ada");
    shares.hold(served);
    shares.release(served);
    const [ada, bob] = [due("flux", "ada"), due("flux", "bob")];
    expect(shares.choose([ada, bob], 1)).toEqual([ada]);
  });

  it("go among one owner's generations to the provider with the fewest", () => {
    const shares = new SlotShares({ slots: 8, providers: three });
    const [f1, f2, g1] = [due("flux", "ada"), due("schnell", "ada"), due("gpt-image", "ada")];
    expect(shares.choose([f1, f2, g1], 2)).toEqual([f1, g1]);
  });

  const copy = (model: string, ownerId: string) => ({ ...due(model, ownerId), isLongCopy: true, isStart: false });
  const copies = (count: number, model: string, owner: (index: number) => string) =>
    many(count, model, owner).map((each) => ({ ...each, isLongCopy: true, isStart: false }));

  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [8, 4],
    [100, 50],
  ])("of %i allow at most %i long copies, and the others are for all other work", (slots, held) => {
    const shares = new SlotShares({ slots, providers: one });
    expect(fill(shares, copies(200, "flux", eachOwner))).toBe(held);
    expect(shares.canStartLongCopy).toBe(false);
    expect(fill(shares, many(200, "flux", eachOwner))).toBe(slots - held);
  });

  it.each([
    [2, 1, 0],
    [4, 1, 1],
    [8, 3, 1],
  ])("of %i allow one owner, and one provider among several, at most %i long copies", (slots, held, others) => {
    const ofOne = new SlotShares({ slots, providers: one });
    expect(
      fill(
        ofOne,
        copies(20, "flux", () => "ada"),
      ),
    ).toBe(held);
    expect(
      fill(
        ofOne,
        copies(20, "flux", () => "bob"),
      ),
    ).toBe(others);
    const ofSeveral = new SlotShares({ slots, providers: three });
    expect(fill(ofSeveral, copies(20, "flux", eachOwner))).toBe(held);
    expect(fill(ofSeveral, copies(20, "sd", eachOwner))).toBe(others);
  });

  it("go first to a long copy, unless there is a single slot", () => {
    const [image, video] = [{ ...due("flux", "ada"), isStart: false }, copy("flux", "bob")];
    expect(new SlotShares({ slots: 8, providers: one }).choose([image, video], 2)).toEqual([video, image]);
    expect(new SlotShares({ slots: 1, providers: one }).choose([image, video], 1)).toEqual([image]);
  });

  it("are for a holder that goes on with a long copy, while one of those is free", () => {
    const shares = new SlotShares({ slots: 4, providers: one });
    const [ada, bob, cid] = [due("flux", "ada"), due("flux", "bob"), copy("flux", "cid")];
    for (const holder of [ada, bob, cid]) shares.hold(holder);
    expect([shares.beginLongCopy(cid), shares.beginLongCopy(ada), shares.beginLongCopy(bob)]).toEqual([
      true,
      true,
      false,
    ]);
    shares.release(cid);
    expect(shares.canStartLongCopy).toBe(true);
    expect(shares.beginLongCopy(bob)).toBe(true);
  });

  it("are open to another generation after a release", () => {
    const shares = new SlotShares({ slots: 4, providers: three });
    const waiting = many(4, "flux", eachOwner);
    fill(shares, waiting);
    expect(shares.openModels).not.toContain("flux");
    for (const holder of waiting.slice(0, 1)) shares.release(holder);
    expect(shares.openModels).toContain("flux");
    expect(shares.free).toBe(2);
  });

  it("count a generation of an unknown model for its owner only", () => {
    const shares = new SlotShares({ slots: 4, providers: three });
    expect(
      fill(
        shares,
        many(4, "gone", () => "ada"),
      ),
    ).toBe(3);
    expect(shares.openModels).toEqual(["flux", "schnell", "gpt-image", "sd"]);
  });
});
