import { readdirSync } from "node:fs";
import { join } from "node:path";
import { validateWorkflow } from "@action-validator/core";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../command.ts";
import { readRepositoryFile } from "../repository-files.ts";

const workflows = readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const release = readRepositoryFile(".github/workflows/release.yml");
const { jobs, permissions }: Workflow = parse(release);

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly with?: { readonly script?: string } }[];
}

describe("the workflows", () => {
  it.each(workflows)("%s follows the schema of GitHub", (path) => {
    expect(validateWorkflow(readRepositoryFile(path)).errors).toEqual([]);
  });

  it("are refused with an unknown permission", () => {
    expect(validateWorkflow(release.replace("id-token", "id-tokens")).errors).not.toEqual([]);
  });

  it.each(workflows)("%s pins each action to a commit", (path) => {
    const used = readRepositoryFile(path).match(/uses: .*/g) ?? [];
    expect(used).not.toEqual([]);
    expect(used.filter((line) => !/@[\da-f]{40} # v\d/.test(line))).toEqual([]);
  });
});

describe(".github/workflows/release.yml", () => {
  it("gives the token of npm to the job that publishes alone", () => {
    expect(permissions).toEqual({});
    const trusted = Object.keys(jobs).filter((name) => jobs[name]?.permissions["id-token"] === "write");
    expect(trusted).toEqual(["publish"]);
  });

  it("publishes with `pnpm release`, after every check", () => {
    expect(jobs.publish?.steps.at(-1)?.with?.script).toBe("pnpm run release");
    expect(jobs.publish?.needs).toBe("check");
    expect(jobs.check?.if).toContain("== 'publish'");
    expect(jobs.check?.steps.at(-1)?.run).toBe(".ci/run");
  });

  it("runs only scripts of package.json", () => {
    const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(readRepositoryFile("package.json"));
    const run = [...release.matchAll(/script: pnpm run (\S+)/g)].map(([, name = ""]) => name);
    expect(run.map((name) => scripts[name])).toEqual([expect.any(String), expect.any(String)]);
  });
});
