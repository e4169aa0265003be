import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEntry } from "@safelight/client/contract";
import { describeEntry } from "./describe-entry.ts";

const refund: LedgerEntry = {
  id: "1",
  kind: "refund",
  amount: 4,
  reason: "canceled 100%",
  generationId: "gen_1",
  causedBy: null,
  createdAt: "2026-11-30T07:00:00.000Z",
};

test("names support, but not the owner or a member of the team, as the one who canceled a generation", () => {
  for (const reason of ["canceled 100%", "canceled:withdrawn 100%"]) {
    assert.equal(describeEntry({ ...refund, reason }).detail, "The generation was canceled.");
    assert.equal(describeEntry({ ...refund, reason, causedBy: "operator" }).detail, "Support canceled the generation.");
  }
});

test("tells a refund of an operator from an adjustment", () => {
  const moved = { ...refund, kind: "adjustment", reason: "operator", causedBy: "operator" } as const;
  assert.equal(describeEntry(moved).title, "Refunded by support");
  assert.equal(describeEntry({ ...moved, generationId: null }).title, "Adjusted by support");
  assert.equal(describeEntry({ ...moved, reason: "a gift", causedBy: null }).title, "Adjusted");
});
