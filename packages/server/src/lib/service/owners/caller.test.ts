import { describe, expect, it } from "vitest";
import { requireCaller, toCaller } from "./caller.js";

describe("toCaller", () => {
  it.each([
    ["ann", { ownerId: "ann", accountId: "ann" }],
    [{ ownerId: "ann" }, { ownerId: "ann", accountId: "ann" }],
    [
      { ownerId: "ann", accountId: "team" },
      { ownerId: "ann", accountId: "team" },
    ],
    [
      { ownerId: "ann", accountId: undefined },
      { ownerId: "ann", accountId: "ann" },
    ],
    ["x".repeat(256), { ownerId: "x".repeat(256), accountId: "x".repeat(256) }],
    [null, null],
    [undefined, null],
  ])("takes %j", (identity, caller) => {
    expect(toCaller(identity)).toEqual(caller);
  });

  it.each([
    "",
    "x".repeat(257),
    7,
    true,
    {},
    [],
    { ownerId: "" },
    { ownerId: 7 },
    { ownerId: null },
    { ownerId: "ann", accountId: "" },
    { ownerId: "ann", accountId: null },
    "ann\ud800",
    { ownerId: "ann", accountId: "\udfff" },
  ])("rejects %j without its value in the message", (identity) => {
    expect(() => toCaller(identity)).toThrow(/^identify must return/);
  });
});

describe("requireCaller", () => {
  it("rejects a missing caller", () => {
    expect(() => requireCaller(null)).toThrow(expect.objectContaining({ code: "unauthenticated" }));
  });
});
