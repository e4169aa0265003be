import { type FailureCode, failures } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { refundFor } from "./refund-for.js";

// The keys of a constant are its codes.
const codes = Object.keys(failures) as FailureCode[];
const byDefault = { credits: 4, refunds: null };

describe("refundFor", () => {
  it.each([
    [4, 4, 4, 0],
    [4, 4, 3, 1],
    [4, 4, 1, 3],
    [10, 3, 2, 3],
    [1, 2, 1, 0],
    [0, 4, 1, 0],
    [4, 2, 3, 0],
    [Number.MAX_SAFE_INTEGER, 4, 1, 6_755_399_441_055_743],
  ])(
    "of %i credits for %i outputs of which %i came gives back %i",
    (credits, requestedOutputs, storedOutputs, back) => {
      const refund = refundFor({ credits, refunds: null }, { type: "completed", requestedOutputs, storedOutputs });
      expect(refund).toEqual({ credits: back, reason: `completed ${storedOutputs}/${requestedOutputs}` });
    },
  );

  it.each([
    [50, 4, 4, 2, 1, "completed 2/4 50%"],
    [0, 4, 4, 1, 0, "completed 1/4 0%"],
    [50, 4, 4, 4, 0, "completed 4/4 50%"],
    [100, 4, 4, 2, 2, "completed 2/4"],
    [33, 10, 3, 2, 1, "completed 2/3 33%"],
    [99, Number.MAX_SAFE_INTEGER, 4, 1, 6_687_845_446_645_185, "completed 1/4 99%"],
  ])(
    "of what is missing gives back %i percent: of %i credits, %i outputs, %i of them here",
    (missing, credits, ...rest) => {
      const [requestedOutputs, storedOutputs, back, reason] = rest;
      const ending = { type: "completed", requestedOutputs, storedOutputs } as const;
      expect(refundFor({ credits, refunds: { missing } }, ending)).toEqual({ credits: back, reason });
    },
  );

  it.each(codes)("gives everything back for %s, unless the policy says otherwise", (code) => {
    const ending = { type: "failed", code } as const;
    expect(refundFor(byDefault, ending)).toEqual({ credits: 4, reason: `failed:${code} 100%` });
    const refunds = { [code]: 25, canceled: 1, dropped: 2 };
    expect(refundFor({ credits: 4, refunds }, ending)).toEqual({ credits: 1, reason: `failed:${code} 25%` });
    expect(refundFor({ credits: 4, refunds: { canceled: 0, dropped: 0 } }, ending)).toMatchObject({ credits: 4 });
  });

  it.each([
    ["withdrawn", 4, "canceled:withdrawn 100%", 4, "canceled:withdrawn 100%"],
    ["confirmed", 4, "canceled 100%", 3, "canceled 75%"],
    ["dropped", 0, "canceled:dropped 0%", 2, "canceled:dropped 50%"],
  ] as const)("of what was canceled (%s) gives back %i: %s", (how, back, reason, chosen, chosenReason) => {
    expect(refundFor(byDefault, { type: "canceled", how })).toEqual({ credits: back, reason });
    const refunds = { canceled: 75, dropped: 50 };
    const refund = refundFor({ credits: 4, refunds }, { type: "canceled", how });
    expect(refund).toEqual({ credits: chosen, reason: chosenReason });
  });

  it("rounds down, and is exact for the largest price", () => {
    const ending = { type: "failed", code: "internal" } as const;
    expect(refundFor({ credits: 3, refunds: { internal: 50 } }, ending).credits).toBe(1);
    expect(refundFor({ credits: 100, refunds: { internal: 29 } }, ending).credits).toBe(29);
    const credits = Number.MAX_SAFE_INTEGER;
    expect(refundFor({ credits, refunds: { internal: 99 } }, ending).credits).toBe(8_917_127_262_193_581);
  });
});
