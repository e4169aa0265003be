import { describe, expect, it } from "vitest";
import { toIdempotencyKey } from "./idempotency-key.js";

const body = new TextEncoder().encode("{}");

describe("toIdempotencyKey", () => {
  it("stores hashes of the key and the body for seven days", async () => {
    const idempotencyKey = await toIdempotencyKey({ key: "a key", route: "POST /", body });
    expect(idempotencyKey).toEqual({
      keyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      keepMs: 604_800_000,
    });
  });

  it("separates keys, routes and bodies, and the boundary between route and body", async () => {
    const made = await Promise.all([
      toIdempotencyKey({ key: "a", route: "POST /", body }),
      toIdempotencyKey({ key: "b", route: "POST /", body }),
      toIdempotencyKey({ key: "a", route: "POST /gen_1/retry", body }),
      toIdempotencyKey({ key: "a", route: "POST /", body: new TextEncoder().encode("{} ") }),
      toIdempotencyKey({ key: "a", route: "POST /{", body: new TextEncoder().encode("}") }),
    ]);
    expect(new Set(made.map(({ keyHash }) => keyHash)).size).toBe(2);
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
});
