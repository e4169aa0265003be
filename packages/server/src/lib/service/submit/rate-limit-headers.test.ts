import { describe, expect, it } from "vitest";
import { activeCapHeaders, rateLimitHeaders } from "./rate-limit-headers.js";

const limits = { maxActive: 20, rate: { requests: 60, perMs: 60_000 } };

describe("rateLimitHeaders", () => {
  it("says what is left and when all of it is back", () => {
    expect(rateLimitHeaders(limits, { remaining: 57, retryAfterMs: 0, resetMs: 2_001 })).toEqual({
      "RateLimit-Policy": '"submit";q=60;w=60, "active";q=20',
      RateLimit: '"submit";r=57;t=3',
    });
  });

  it("says the policy alone where the state is not known", () => {
    expect(rateLimitHeaders(limits, null)).toEqual({ "RateLimit-Policy": '"submit";q=60;w=60, "active";q=20' });
  });

  it("leaves out a rate that is not limited", () => {
    expect(rateLimitHeaders({ maxActive: 5, rate: null }, null)).toEqual({ "RateLimit-Policy": '"active";q=5' });
    expect(rateLimitHeaders({ maxActive: null, rate: limits.rate }, null)).toEqual({
      "RateLimit-Policy": '"submit";q=60;w=60',
    });
    expect(rateLimitHeaders({ maxActive: null, rate: null }, null)).toEqual({});
  });
});

describe("activeCapHeaders", () => {
  it("says that nothing is left of the cap", () => {
    expect(activeCapHeaders(limits)).toMatchObject({ RateLimit: '"active";r=0' });
  });
});
