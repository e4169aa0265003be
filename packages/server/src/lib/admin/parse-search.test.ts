import { describe, expect, it } from "vitest";
import { parseSearch } from "./parse-search.js";

const filterOf = (text: string) => {
  const parsed = parseSearch(text);
  return parsed.type === "filter" ? parsed.filter : parsed.message;
};

describe("parseSearch", () => {
  it("combines qualifiers, and keeps spaces in quotes", () => {
    expect(filterOf('model:flux owner:"ada lovelace" provider:fal account:a failure:internal is:stuck')).toMatchObject({
      model: "flux",
      ownerId: "ada lovelace",
      providerId: "fal",
      accountId: "a",
      failureCode: "internal",
      isStuck: true,
    });
  });

  it("derives states from a status", () => {
    expect(filterOf("status:failed")).toMatchObject({ states: ["failed"], isStarted: null });
    expect(filterOf("status:pending")).toMatchObject({ isStarted: false });
    expect(filterOf("status:processing")).toMatchObject({
      isStarted: true,
      states: ["queued", "submitting", "running", "storing", "retry_wait", "reconciling"],
    });
    expect(filterOf("state:reconciling")).toMatchObject({ states: ["reconciling"] });
  });

  it("parses times", () => {
    expect(filterOf("after:2026-11-29 before:2026-11-30T12:00:00Z")).toMatchObject({
      from: Date.UTC(2026, 10, 29),
      to: Date.UTC(2026, 10, 30, 12),
    });
  });

  it.each(["colour:red", "constructor:x", "word"])("refuses the unknown term %s", (text) => {
    expect(filterOf(text)).toContain(`Unknown term ${text}`);
  });

  it.each(["status:done", "state:pending", "after:soon", "is:late"])("refuses the value of %s", (text) => {
    expect(filterOf(text)).toContain(`Invalid term ${text}`);
  });
});
