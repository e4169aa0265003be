import { describe, expect, it } from "vitest";
import { generationIdIn, parseSearch } from "./parse-search.js";

const filterOf = (text: string) => {
  const parsed = parseSearch(text);
  return parsed.type === "filter" ? parsed.filter : parsed.message;
};

const id = "gen_01234567-0000-7000-8000-000000000000";

describe("parseSearch", () => {
  it("combines qualifiers, and keeps spaces in quotes", () => {
    expect(filterOf('model:flux owner:"ada lovelace" provider:fal account:a failure:internal is:stuck')).toMatchObject({
      models: ["flux"],
      ownerId: "ada lovelace",
      providerIds: ["fal"],
      accountId: "a",
      failureCodes: ["internal"],
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

  it("combines the values between commas, of which each must be known", () => {
    expect(filterOf("status:failed,canceled")).toMatchObject({ states: ["failed", "canceled"], isStarted: null });
    expect(filterOf("status:processing,failed")).toMatchObject({ isStarted: true });
    expect(filterOf("status:pending,processing")).toMatchObject({ isStarted: null });
    expect(filterOf("state:running,storing")).toMatchObject({ states: ["running", "storing"] });
    expect(filterOf('model:"a,b" provider:fal,bfl is:slow')).toMatchObject({
      models: ["a,b"],
      providerIds: ["fal", "bfl"],
      isSlow: true,
    });
    expect(filterOf("owner:a,b")).toMatchObject({ ownerId: "a,b" });
    expect(filterOf("owner:a, account:,b")).toMatchObject({ ownerId: "a,", accountId: ",b" });
    expect(filterOf('model:"flux,"')).toMatchObject({ models: ["flux,"] });
    for (const text of ["status:failed,done", "status:failed,", "state:running,sleeping", "model:flux,", "provider:,a"])
      expect(filterOf(text)).toContain(`Invalid term ${text}`);
  });

  it.each([
    ['model:a,"b c"', 'model:a,"b'],
    ['owner:"ada', 'owner:"ada'],
    ['a"b', 'a"b'],
  ])("refuses a quote within a value: %s", (text, term) => {
    expect(filterOf(text)).toBe(`Invalid term ${term}: quote the whole value, such as owner:"ada lovelace".`);
  });

  it("parses times", () => {
    expect(filterOf("after:2026-11-29 before:2026-11-30T12:00:00Z")).toMatchObject({
      from: Date.UTC(2026, 10, 29),
      to: Date.UTC(2026, 10, 30, 12),
    });
  });

  it.each(["colour:red", "constructor:x", "Status:failed", "https://app.example/gallery"])(
    "refuses the unknown term %s",
    (text) => {
      expect(filterOf(text)).toContain(`Unknown term ${text}`);
    },
  );

  it.each(["status:done", "state:pending", "after:soon", "is:late"])("refuses the value of %s", (text) => {
    expect(filterOf(text)).toContain(`Invalid term ${text}`);
  });

  it.each([
    ["status:failed status:canceled", "status:failed", "status:canceled"],
    ["status:failed model:flux state:running", "status:failed", "state:running"],
    ["after:2026-11-29 after:2026-11-30", "after:2026-11-29", "after:2026-11-30"],
    ["ada owner:bob", "ada", "owner:bob"],
  ])("refuses the two terms for one field in %s, and names them", (text, first, second) => {
    expect(filterOf(text)).toContain(`The terms ${first} and ${second} filter the same field`);
  });

  it("finds an owner by the id alone", () => {
    expect(filterOf("visitor_1")).toMatchObject({ ownerId: "visitor_1" });
    expect(filterOf('status:failed "ada lovelace"')).toMatchObject({ ownerId: "ada lovelace", states: ["failed"] });
    expect(filterOf('"user:1"')).toMatchObject({ ownerId: "user:1" });
  });

  it("refuses the words of a prompt, and says so first", () => {
    expect(filterOf("grandmother with the blue cat")).toMatch(/^Prompts cannot be searched.* grandmother and with /);
    expect(filterOf("colour:red")).toMatch(/Prompts cannot be searched.*status:/);
  });

  it("asks for the value of a qualifier without one", () => {
    expect(filterOf("owner:")).toBe("The term owner: has no value. Add one after the colon: id of an owner.");
  });

  it("refuses an open quote", () => {
    expect(filterOf('model:"flux pro')).toContain('Invalid term model:"flux: quote the whole value');
  });

  it("refuses a generation among other terms", () => {
    expect(filterOf(`status:failed ${id}`)).toContain("search for a generation without other terms");
  });
});

describe("generationIdIn", () => {
  it.each([id, `https://app.example/history/${id}?tab=2#top`, `/history/${id}`, `app.example/${id}/0.webp`])(
    "returns the id in %s",
    (text) => expect(generationIdIn(text)).toBe(id),
  );

  it.each([`owner:${id}`, `${id} ada`, `/bulk?id=${id}&id=${id.replace("1", "2")}`, `${id}0`, "gen_1", ""])(
    "returns null for %s",
    (text) => expect(generationIdIn(text)).toBeNull(),
  );
});
