import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const files = repositoryFiles();
const skills = files.filter((path) => path.endsWith("/SKILL.md"));

/** The front matter of a skill. */
function frontMatterOf(path: string): {
  readonly name?: string;
  readonly description?: string;
  readonly sources?: readonly string[];
} {
  const [, text = ""] = /^---\n([\s\S]*?)^---\n/m.exec(readRepositoryFile(path)) ?? [];
  return parse(text);
}

describe("the skills for agents", () => {
  it("are those that the docs name", () => {
    const named = readRepositoryFile("docs/agents.md").match(/`safelight-\w+`/g) ?? [];
    expect(named.map((name) => `packages/client/skills/${name.replaceAll("`", "")}/SKILL.md`).sort()).toEqual(skills);
  });

  it.each(skills)("%s has the name of its folder, a description, and pages of the docs as sources", (path) => {
    const { name, description = "", sources = [] } = frontMatterOf(path);
    expect(path.split("/").at(-2)).toBe(name);
    expect(description.length).toBeGreaterThan(80);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !files.includes(source))).toEqual([]);
  });

  it.each(skills)("%s has at most 150 lines, and code that the consumer project compiles", (path) => {
    const text = readRepositoryFile(path);
    expect(text.split("\n").length).toBeLessThanOrEqual(150);
    expect(codeBlocksOf(text).length).toBeGreaterThan(0);
  });

  it("have names of files that no page of the docs has", () => {
    const blocks = skills.flatMap((path) => codeBlocksOf(readRepositoryFile(path)));
    expect(blocks.filter(({ file }) => !file.startsWith("agent-"))).toEqual([]);
  });
});
