import { describe, expect, it } from "vitest";
import { reasonOf, underSignal } from "./abort.js";

const nothingToArm = () => () => {};

describe("reasonOf", () => {
  it("returns the signal's reason, and an AbortError if the runtime keeps none", () => {
    const reason = new Error("the page was left");
    expect(reasonOf(AbortSignal.abort(reason))).toBe(reason);
    // As of React Native's AbortController.
    const old: AbortSignal = Object.create(AbortSignal.abort(), { reason: { value: undefined } });
    expect(reasonOf(old)).toMatchObject({ name: "AbortError" });
  });
});

describe("underSignal", () => {
  it("rejects with the abort reason, aborts the work, and disarms", async () => {
    const late = new Error("too late");
    let isArmed = false;
    let received: AbortSignal | undefined;
    const arm = (abort: (reason: unknown) => void) => {
      isArmed = true;
      queueMicrotask(() => abort(late));
      return () => {
        isArmed = false;
      };
    };
    const work = (own: AbortSignal) => {
      received = own;
      return new Promise<never>(() => {});
    };
    await expect(underSignal({ signal: undefined, arm }, work)).rejects.toBe(late);
    expect(received?.reason).toBe(late);
    expect(isArmed).toBe(false);
  });

  it("settles with the work", async () => {
    const end = { signal: new AbortController().signal, arm: nothingToArm };
    await expect(underSignal(end, async () => 1)).resolves.toBe(1);
    const error = new Error("no");
    await expect(underSignal(end, () => Promise.reject(error))).rejects.toBe(error);
  });

  it("does not start work that is already aborted", async () => {
    let begun = 0;
    const work = async () => {
      begun += 1;
    };
    await expect(underSignal({ signal: AbortSignal.abort(), arm: nothingToArm }, work)).rejects.toThrow();
    expect(begun).toBe(0);
  });
});
