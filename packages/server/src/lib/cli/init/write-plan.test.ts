import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";

/** Writes a plan in a process that can write at most some hundred bytes to a file, as on a full disk. */
function writeOnFullDisk(folder: string, plan: object): void {
  const module = new URL("./write-plan.ts", import.meta.url).href;
  const script = `import { writePlan } from "${module}"; writePlan(process.argv[1], JSON.parse(process.argv[2]));`;
  const args = [process.execPath, "--input-type=module", "-e", script, folder, JSON.stringify(plan)];
  execFileSync("bash", ["-c", 'ulimit -f 1; exec "$@"', "bash", ...args], { stdio: "pipe" });
}

it("leaves no part of a file on a full disk, so that the next run creates it", async () => {
  const folder = await tempFolder("write-plan");
  const files = [{ path: "safelight.js", state: "create", text: "//\n".repeat(9_000) }];
  expect(() => writeOnFullDisk(folder, { files, additions: [], agents: null })).toThrow(/EFBIG|ENOSPC/);
  expect(readdirSync(folder)).toEqual([]);
  const [agents] = [join(folder, "AGENTS.md")];
  writeFileSync(agents, "# Mine\n");
  expect(() => writeOnFullDisk(folder, { files: [], additions: [], agents: "#\n".repeat(9_000) })).toThrow();
  expect(readFileSync(agents, "utf8")).toBe("# Mine\n");
  writeOnFullDisk(folder, { files: [{ ...files[0], text: "//\n" }], additions: [], agents: null });
  expect(existsSync(join(folder, "safelight.js"))).toBe(true);
  expect(() => writeOnFullDisk(folder, { files, additions: [], agents: null })).toThrow(/exists by now/);
});
