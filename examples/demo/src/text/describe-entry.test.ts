import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEntry } from "./describe-entry.ts";

test("does not name who canceled a generation: it may have been an operator", () => {
  for (const reason of ["canceled 100%", "canceled:withdrawn 100%"]) {
    const entry = { id: "1", amount: 4, reason, generationId: null, createdAt: "2026-11-30T07:00:00.000Z" };
    assert.equal(describeEntry({ ...entry, kind: "refund" }).detail, "The generation was canceled.");
  }
});
