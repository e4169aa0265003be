import { describe, expect, it } from "vitest";
import { active, changes, positionAt, processing } from "../../../test/generations.js";
import { isComplete, toFrame } from "./frame.js";

describe("a frame", () => {
  const changed = [processing({ sequence: 8, version: 8 })];

  it("is incomplete if the server has more changes, also with fewer than 100", () => {
    const frame = toFrame(changes({ sequence: 8, changed, hasMoreChanges: true }), positionAt(7));
    expect(isComplete(frame)).toBe(false);
  });

  it("is complete without further changes", () => {
    expect(isComplete(toFrame(changes({ sequence: 8, changed }), positionAt(7)))).toBe(true);
    expect(isComplete(toFrame(active(), undefined))).toBe(true);
  });
});
