import { describe, expect, it } from "vitest";
import { readRepositoryFile } from "../repository-files.ts";
import { hostRows } from "./rehearsal/host-rows.ts";
import { manifestOf } from "./tarballs.ts";

const page = readRepositoryFile("docs/versions.md");
const peers = { ...manifestOf("react").peerDependencies, ...manifestOf("server").peerDependencies };

describe("docs/versions.md", () => {
  it.each([
    ["Node.js", manifestOf("server").engines?.node],
    ["React", peers.react],
    ["TanStack Query", peers["@tanstack/react-query"]],
    ["Hono", peers.hono],
  ])("names the lowest version of %s that the manifests accept", (name, range) => {
    const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`));
    expect(row).toContain(`| ${lowestOf(range).replace(/\.0$/, "")} or newer`);
  });

  it("has the day of the last rehearsal, and a row for each host with its fixed versions", () => {
    const cells = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    for (const { packageManager, node, ...peers } of hostRows) {
      const row = cells.find(([, name, version]) => name === packageManager && version === node);
      for (const version of Object.values(peers)) if (version !== "latest") expect(row).toContain(version);
      expect(row).toHaveLength(9);
    }
    expect(page).toMatch(/^Last run on \d{4}-\d\d-\d\d, with npm [\d.]+, pnpm [\d.]+, yarn [\d.]+ and bun [\d.]+:$/m);
  });
});

function lowestOf(range = ""): string {
  return /\d+\.\d+(\.\d+)?/.exec(range)?.[0] ?? "";
}
