import { describe, expect, it } from "vitest";
import { activeCapHeaders, rateLimitHeaders } from "./rate-limit-headers.js";

const limits = { maxActive: 20, rate: { requests: 60, perMs: 60_000 } };

describe("rateLimitHeaders", () => {
  it("returns the remaining submits and the reset time", () => {
    expect(rateLimitHeaders(limits, { remaining: 57, retryAfterMs: 0, resetMs: 2_001 })).toEqual({
      "RateLimit-Policy": '"submit";q=60;w=60, "active";q=20',
      RateLimit: '"submit";r=57;t=3',
    });
  });

  it("returns only the policy without a state", () => {
    expect(rateLimitHeaders(limits, null)).toEqual({ "RateLimit-Policy": '"submit";q=60;w=60, "active";q=20' });
  });

  it("omits a limit that is not set", () => {
    expect(rateLimitHeaders({ maxActive: 5, rate: null }, null)).toEqual({ "RateLimit-Policy": '"active";q=5' });
    expect(rateLimitHeaders({ maxActive: null, rate: limits.rate }, null)).toEqual({
      "RateLimit-Policy": '"submit";q=60;w=60',
    });
    expect(rateLimitHeaders({ maxActive: null, rate: null }, null)).toEqual({});
  });
});

describe("activeCapHeaders", () => {
  it("returns 0 remaining at the active cap", () => {
    expect(activeCapHeaders(limits)).toMatchObject({ RateLimit: '"active";r=0' });
  });
});
