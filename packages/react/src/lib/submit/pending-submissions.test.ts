import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPendingSubmissions, type PendingSubmission } from "./pending-submissions.js";

const submission = (idempotencyKey: string, fields: Partial<PendingSubmission> = {}): PendingSubmission => ({
  request: { model: "flux", input: { b: 1, a: 2 } },
  idempotencyKey,
  submittedAt: Date.now(),
  ownerTag: "owner-a",
  hasFailed: false,
  ...fields,
});

describe("createPendingSubmissions", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("is found by a later page of the same tab, with the fields of its input in the same order", () => {
    const one = submission("one");
    createPendingSubmissions("place").put(one);
    expect(JSON.stringify(createPendingSubmissions("place").list())).toBe(JSON.stringify([one]));
    expect(createPendingSubmissions("elsewhere").list()).toEqual([]);
  });

  it("keeps one submission for each key, the newest last", () => {
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    pending.put(submission("two"));
    pending.put(submission("one", { hasFailed: true }));
    expect(pending.list().map(({ idempotencyKey, hasFailed }) => [idempotencyKey, hasFailed])).toEqual([
      ["two", false],
      ["one", true],
    ]);
  });

  it("ignores a value that is not a list, as another release may have stored it", () => {
    sessionStorage.setItem("place", JSON.stringify({ one: submission("one") }));
    expect(createPendingSubmissions("place").list()).toEqual([]);
  });

  it("removes its item with the last submission", () => {
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    pending.remove("one");
    expect(pending.list()).toEqual([]);
    expect(sessionStorage).toHaveLength(0);
  });

  it("forgets submissions after five minutes", () => {
    vi.useFakeTimers();
    const pending = createPendingSubmissions("place");
    pending.put(submission("one"));
    vi.advanceTimersByTime(299_999);
    expect(pending.list()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(pending.list()).toEqual([]);
  });

  it("forgets submissions from the far future, after the clock was set back", () => {
    const pending = createPendingSubmissions("place");
    pending.put(submission("one", { submittedAt: Date.now() + 600_000 }));
    expect(pending.list()).toEqual([]);
  });

  it("keeps them in memory if the browser refuses to store them", () => {
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

  it("starts empty if its item is not JSON", () => {
    sessionStorage.setItem("place", "not json");
    expect(createPendingSubmissions("place").list()).toEqual([]);
  });
});
