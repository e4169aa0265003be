import { describe, expect, it } from "vitest";
import { problemOf, testServer } from "../../../../testing/test-server.js";

const canary = "c4nary";
const wrap = (input: string): string => `{"model":"flux","input":${input}}`;

/** Bodies that parse, or almost parse, and that break careless code. */
const bodies = {
  "an unpaired surrogate": [wrap(`{"prompt":"${canary}\\ud800"}`), 422],
  "an unpaired surrogate in a key": [wrap(`{"prompt":"x","\\udfff":1}`), 422],
  "a NUL character": [wrap(`{"prompt":"${canary}\\u0000"}`), 422],
  "a NUL character in the scope": [`{"model":"flux","input":{"prompt":"x"},"scope":"a\\u0000b"}`, 422],
  "a NUL character in the metadata": [`{"model":"flux","input":{"prompt":"x"},"metadata":{"a":"\\u0000"}}`, 422],
  "a __proto__ key": [wrap(`{"prompt":"x","__proto__":{"steps":1}}`), 422],
  "a __proto__ key in the metadata": [`{"model":"flux","input":{"prompt":"x"},"metadata":{"__proto__":{"a":1}}}`, 422],
  "a list as metadata": [`{"model":"flux","input":{"prompt":"x"},"metadata":[]}`, 422],
  "a number that overflows": [wrap(`{"prompt":"x","steps":1e999}`), 422],
  "endless nesting": [wrap(`${"[".repeat(60_000)}${"]".repeat(60_000)}`), 422],
  "a nested metadata": [
    `{"model":"flux","input":{"prompt":"x"},"metadata":{"a":${"[".repeat(1_000)}${"]".repeat(1_000)}}}`,
    422,
  ],
  "a long array": [wrap(`{"prompt":[${"0,".repeat(15_000)}0]}`), 422],
  "a huge array": [wrap(`{"prompt":[${"0,".repeat(100_000)}0]}`), 413],
  "two thousand unknown fields": [
    wrap(`{${Array.from({ length: 2_000 }, (_, index) => `"k${index}":0`).join()}}`),
    422,
  ],
  NaN: [wrap(`{"prompt":"x","steps":NaN}`), 400],
  "no JSON": [`{"model":"${canary}`, 400],
  "two values": [`{} {}`, 400],
  "a list": ["[]", 422],
  "a word": [`"${canary}"`, 422],
  null: ["null", 422],
  "null as input": [wrap("null"), 422],
} satisfies Record<string, readonly [string, number]>;

const codes: Readonly<Record<number, string>> = {
  400: "malformed_request",
  413: "payload_too_large",
  422: "invalid_input",
};

describe("hostile input", () => {
  it.each(Object.entries(bodies))("responds with a problem to %s", async (_, [body, status]) => {
    const server = await testServer();
    const response = await server.as("ann").post("", body);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).not.toContain(canary);
    expect(text.length).toBeLessThan(8_192);
    expect(JSON.parse(text)).toMatchObject({ status, code: codes[status] });
    expect(server.logs).toEqual([]);
  });

  it.each([
    ["/seen", {}],
    ["/notices/confirm", { claim: "one" }],
  ])("checks the length of the ids of %s before the ids", async (path, fields) => {
    const server = await testServer();
    const response = await server.as("ann").post(path, { ...fields, ids: Array.from({ length: 100_000 }, () => 0) });
    expect(response.status).toBe(422);
    expect((await problemOf(response)).issues).toEqual([{ message: "At most 100 ids.", path: ["ids"] }]);
    const { issues } = await problemOf(await server.as("ann").post(path, { ...fields, ids: ["x", 0] }));
    expect(issues).toMatchObject([{ path: ["ids", 1] }]);
  });

  it("rejects bytes that are not UTF-8", async () => {
    const server = await testServer();
    const response = await server.request("ann", "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: Uint8Array.from([0x22, 0xff, 0xfe, 0x22]),
    });
    expect((await problemOf(response)).code).toBe("malformed_request");
  });

  it("stores constructor and prototype keys as plain data", async () => {
    const ann = (await testServer()).as("ann");
    const metadata = { constructor: { prototype: { polluted: true } }, toString: "no" };
    expect((await ann.submit({ prompt: "x" }, { metadata })).metadata).toEqual(metadata);
    expect({}).not.toHaveProperty("polluted");
  });

  it("rejects in a retry what it rejects in a submit", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    for (const input of [`{"__proto__":{"steps":1},"prompt":"y"}`, `{"prompt":"\\u0000"}`, "[]", "null", `"x"`]) {
      const response = await ann.post(`/${id}/retry`, `{"input":${input}}`);
      expect([input, (await problemOf(response)).code]).toEqual([input, "invalid_input"]);
    }
    expect({}).not.toHaveProperty("steps");
  });

  it.each([
    "limit=NaN",
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1e1",
    "limit=",
    "limit=1&limit=2",
    "status=done",
    "cursor=",
    "cursor=%00",
    "cursor=not-a-cursor",
    `cursor=${"A".repeat(10_000)}`,
  ])("rejects the history query %s", async (query) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.get(`/?${query}`);
    expect(response.status).toBe(422);
    const [name] = query.split("=");
    expect(await problemOf(response)).toMatchObject({ code: "invalid_input", issues: [{ path: [name] }] });
  });

  it.each([
    "/?scope=%00",
    "/active?scope=%00",
    "/active?after=-1",
    "/active?after=x",
    "/active?after=1&wait=x",
    "/credits?limit=0",
    "/credits?cursor=h1",
  ])("refuses %s", async (path) => {
    const ann = (await testServer()).as("ann");
    expect((await problemOf(await ann.get(path))).code).toBe("invalid_input");
  });

  it.each([
    `{"ids":"gen_1"}`,
    `{"ids":[7]}`,
    `{}`,
    JSON.stringify({ ids: Array.from({ length: 101 }, () => "gen_x") }),
  ])("rejects marking %s as seen", async (body) => {
    const ann = (await testServer()).as("ann");
    expect((await problemOf(await ann.post("/seen", body))).code).toBe("invalid_input");
  });

  it.each(["/?model=%ED%A0%80", "/active?scope=%F0%28", "/?scope=%", `/?scope=${"s".repeat(10_000)}`])(
    "responds 404 to %s",
    async (path) => {
      const ann = (await testServer()).as("ann");
      await ann.submit();
      const response = await ann.get(path);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ generations: [] });
    },
  );

  it("ignores malformed ids", async () => {
    const ann = (await testServer()).as("ann");
    expect((await ann.post("/seen", { ids: ["", "gen_", "\ud800", "' OR 1=1 --"] })).status).toBe(200);
  });
});
