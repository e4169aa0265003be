import { expect, it } from "vitest";
import { readRepositoryFile, repositoryFiles } from "../repository-files.ts";

/** Milliseconds of the shortest limit of a wait: a slow machine needs seconds, and only a hang reaches it. */
const minLimitMs = 10_000;

const limit = /\btimeout: ([\d_]+) *\}|performance\.now\(\) - .*\.toBeLessThan(?:OrEqual)?\(([\d_]+)\)/;

/** Why a line of a test fails on a slow machine; `null` if it does not. */
function faultOf(line: string): string | null {
  const ms = limit.exec(line)?.slice(1).find(Boolean);
  const value = Number(ms?.replaceAll("_", "") ?? 0);
  if (value > 0 && value < minLimitMs) return `limit of ${ms} ms`;
  return ms === undefined && /\bvi\.wait(?:For|Until)\(/.test(line) ? "limit of one second: use expect.poll" : null;
}

it.each([
  "await waitFor(() => expect(server.held).toBe(0), { timeout: 3_000 });",
  "await vi.waitFor(() => expect(server.held).toBe(0));",
  "expect(performance.now() - startedAt).toBeLessThan(2_000);",
])("finds the limit in %s", (line) => {
  expect(faultOf(line)).not.toBeNull();
});

it("waits in no test with a limit that a slow machine reaches", () => {
  const tests = repositoryFiles().filter((path) => /\.test\.[jt]sx?$/.test(path) && !path.startsWith("scripts/check/"));
  const faults = tests.flatMap((path) =>
    readRepositoryFile(path)
      .split("\n")
      .flatMap((line, index) => {
        const fault = faultOf(line);
        return fault === null ? [] : [`${path}:${index + 1}: ${fault}`];
      }),
  );
  expect(faults).toEqual([]);
});
