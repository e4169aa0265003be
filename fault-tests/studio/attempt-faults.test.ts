import { describe, expect, it } from "vitest";
import { attemptFaults } from "./attempt-faults.js";

const job = { id: "job-1", prompt: "a lake" };
const completed = new Map([["a lake", "completed"]]);

describe("attemptFaults", () => {
  it("accepts one attempt for each paid job, and attempts that the vendor refused", () => {
    const operations = ['{"id":"job-1"}', null];
    expect(attemptFaults({ operations, paid: [job], endByPrompt: completed })).toEqual({ lost: 0, faults: [] });
  });

  it("counts a job whose response was lost", () => {
    const endByPrompt = new Map([["a lake", "outcome_unknown"]]);
    expect(attemptFaults({ operations: [null], paid: [job], endByPrompt })).toEqual({ lost: 1, faults: [] });
  });

  it.each([
    ["a paid job without an attempt", [null], [job], "no attempt has the paid job job-1"],
    ["two attempts with one job", ['{"id":"job-1"}', '{"id":"job-1"}'], [job], "two attempts have the paid job job-1"],
    ["an attempt with an unknown job", ['{"id":"job-2"}'], [], "1 attempts have a job, and the vendor has 0 of them"],
  ])("reports %s", (_, operations, paid, fault) => {
    expect(attemptFaults({ operations, paid, endByPrompt: completed }).faults).toContain(fault);
  });
});
