import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPendingSubmissions, type PendingSubmission } from "./pending-submissions.js";

const submission = (idempotencyKey: string, fields: Partial<PendingSubmission> = {}): PendingSubmission => ({
  request: { model: "flux", scope: null, input: { b: 1, a: 2 }, retryOf: null, metadata: null, expectedCredits: null },
  idempotencyKey,
  submittedAt: Date.now(),
  ownerTag: "owner-a",
  reported: false,
  ...fields,
});

describe("createPendingSubmissions", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("is found again by a later page of the same tab, its input in the order of its fields", () => {
    const one = submission("one");
    createPendingSubmissions("place").put(one);
    expect(JSON.stringify(createPendingSubmissions("place").list())).toBe(JSON.stringify([one]));
    expect(createPendingSubmissions("elsewhere").list()).toEqual([]);
  });

  it("keeps one for each key, the newest last", () => {
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    pending.put(submission("two"));
    pending.put(submission("one", { reported: true }));
    expect(pending.list().map(({ idempotencyKey, reported }) => [idempotencyKey, reported])).toEqual([
      ["two", false],
      ["one", true],
    ]);
  });

  it("leaves nothing behind when the last one is removed", () => {
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    pending.remove("one");
    expect(pending.list()).toEqual([]);
    expect(sessionStorage).toHaveLength(0);
  });

  it("forgets what nobody expects any more", () => {
    vi.useFakeTimers();
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    vi.advanceTimersByTime(299_999);
    expect(pending.list()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(pending.list()).toEqual([]);
  });

  it("keeps them in memory where the browser refuses to store", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const pending = createPendingSubmissions("place");
    const one = submission("one");
    pending.put(one);
    expect(pending.list()).toEqual([one]);
    pending.remove("one");
    expect(pending.list()).toEqual([]);
  });

  it("starts empty where something else is stored under its name", () => {
    sessionStorage.setItem("place", "not json");
    expect(createPendingSubmissions("place").list()).toEqual([]);
  });
});
