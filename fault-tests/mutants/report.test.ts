import { describe, expect, it } from "vitest";
import { toList, toPage, toSummary } from "./report.js";
import type { Row } from "./run-mutants.js";

const rowOf = (id: string, room: string, verdict: Row["verdict"]): Row => ({
  mutant: { id, edits: [{ file: `src/lib/${room}/${id}`, start: 0, end: 1, replacement: "" }] },
  verdict,
});

const rows = [
  rowOf("settle.ts epoch", "store", { type: "caught", by: "settle.test.ts: refunds | once", ms: 1 }),
  rowOf("claim.ts lease", "store", { type: "survived", ms: 1 }),
  rowOf("retry.ts last", "worker", { type: "timeout", ms: 1 }),
];
const equivalents = [{ guards: ["claim.ts id", "park.ts id"], because: "the id is for the index" }];
const run = { seconds: 3_700, equivalents, date: new Date("2026-11-26T10:00:00Z"), command: "pnpm prove:mutants" };

describe("toPage", () => {
  const page = toPage(rows, run);

  it("counts the guards of each room", () => {
    expect(page).toContain("| `store` | 2 | 1 | 1 |\n| `worker` | 1 | 0 | 1 |\n| all | 3 | 1 | 2 |");
    expect(page).toContain("| 2 | the id is for the index |");
    expect(toSummary(rows, run)).toContain("2 equivalents");
    expect(page).toContain("`pnpm prove:mutants`, 2026-11-26, 61.7 min");
  });

  it("counts the guards in PL/pgSQL by their kind", () => {
    const kinds = rows.map((row) => ({ ...row, mutant: { ...row.mutant, kind: "lock" as const } }));
    expect(toPage(kinds, run)).toContain("| `lock` | 3 | 1 | 2 |\n| all | 3 | 1 | 2 |");
  });

  it("names each guard that no test caught, and no other", () => {
    expect(page).toContain("- `claim.ts lease` (survived)\n- `retry.ts last` (timeout)");
    expect(page).not.toContain("settle.ts epoch");
  });

  it("ends after the counts if tests catch every guard", () => {
    expect(toPage(rows.slice(0, 1), run)).not.toContain("Not caught");
  });
});

describe("toList", () => {
  it("names the test that catches each guard", () => {
    expect(toList(rows)).toContain("| `settle.ts epoch` | `settle.test.ts: refunds \\| once` |");
    expect(toList(rows)).toContain("| `claim.ts lease` | **survived** |");
  });
});
