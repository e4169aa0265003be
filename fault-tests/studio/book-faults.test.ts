import type { Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { initialCredits } from "../../examples/studio/prices.ts";
import { bookFaults, type UserBooks } from "./book-faults.js";

/** The members that the books read. */
interface Ended {
  readonly status: Generation["status"];
  readonly credits?: number;
  readonly refundedCredits?: number;
  readonly error?: { readonly code: string };
}

/** One submit for 4 credits, after a pack of 60, which ended like this. */
function booksOf(ended: Ended | null, changed: { readonly paid?: number; readonly balance?: number } = {}): UserBooks {
  const generation = { id: "gen_1", credits: 4, refundedCredits: 0, ...ended };
  return {
    email: "ada",
    submitted: [{ id: "gen_1", prompt: "a lake", credits: 4 }],
    purchases: [60],
    // The books read no other member.
    generations: new Map(ended === null ? [] : [["gen_1", generation as unknown as Generation]]),
    balance: changed.balance ?? initialCredits + 56 + generation.refundedCredits,
    paidByPrompt: new Map([["a lake", changed.paid ?? 1]]),
  };
}

const rejected = { status: "failed", refundedCredits: 4, error: { code: "content_rejected" } } as const;
const unknown = { status: "failed", refundedCredits: 4, error: { code: "outcome_unknown" } } as const;

describe("bookFaults", () => {
  it.each([
    ["completed", booksOf({ status: "completed" })],
    ["refused by the check of its outputs, and refunded", booksOf(rejected)],
    ["of an unknown outcome, refunded, and never paid", booksOf(unknown, { paid: 0 })],
    ["canceled with a part of its credits", booksOf({ status: "canceled", refundedCredits: 2 })],
  ])("accepts a generation that is %s", (_, books) => {
    expect(bookFaults(books)).toEqual([]);
  });

  it.each([
    ["lost", booksOf(null, { balance: initialCredits + 56 }), "gen_1 was acknowledged and is lost"],
    ["not ended", booksOf({ status: "processing" }), "gen_1 has not ended"],
    ["charged another price", booksOf({ status: "completed", credits: 8 }), "gen_1 costs 8 instead of 4"],
    ["refunded", booksOf({ status: "completed", refundedCredits: 4 }), "gen_1 is completed and was refunded"],
    ["paid twice", booksOf({ status: "completed" }, { paid: 2 }), "the vendor was paid 2 times for gen_1"],
    ["never paid", booksOf({ status: "completed" }, { paid: 0 }), "gen_1 ended as completed without a paid request"],
    ["not refunded", booksOf({ ...rejected, refundedCredits: 0 }), "gen_1 failed and refunded 0 of 4"],
    ["charged twice", booksOf({ status: "completed" }, { balance: 62 }), "ada has 62 credits instead of 66"],
  ])("reports a generation that was %s", (_, books, fault) => {
    expect(bookFaults(books)).toContain(fault);
  });

  it("reports a second generation of one submit", () => {
    const books = booksOf({ status: "completed" });
    const [first] = books.generations.values();
    const generations = new Map([...books.generations, ["gen_2", first as Generation]]); // There is one.
    expect(bookFaults({ ...books, generations })).toEqual(["ada has 2 generations for 1 submits"]);
  });
});
