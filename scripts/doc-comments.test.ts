import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const files = repositoryFiles();
const isSource = (path: string): boolean => /^packages\/[^/]+\/(src|testing)\/.+\.tsx?$/.test(path);
const sources = files.filter((path) => isSource(path) && !/\.test(-d)?\.tsx?$/.test(path));
const entries = sources.filter((path) => /^packages\/[^/]+\/src\/[^/]+$/.test(path));

// TypeDoc makes the reference of the site from these comments, and stops at such faults. It is too slow for this check.
describe("the doc comments of the reference", () => {
  it("are on each export of an entry", () => {
    const exported = entries.flatMap(exportsOf);
    expect(exported.length).toBeGreaterThan(500);
    expect(exported.filter(({ file, name }) => !hasDocComment(file, name))).toEqual([]);
  });

  it("have no block tag on a member of a union, where TypeDoc permits none", () => {
    const tagged = (path: string) =>
      [...readRepositoryFile(path).matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*?\s(@\w+)(?:(?!\*\/)[\s\S])*\*\/\s*\|/g)].map(
        ([, tag]) => `${path}: ${tag}`,
      );
    expect(sources.flatMap(tagged)).toEqual([]);
  });
});

interface Exported {
  readonly file: string;
  readonly name: string;
}

/** The names that an entry re-exports, with the file of each. */
function exportsOf(entry: string): readonly Exported[] {
  const list = /^export (?:type )?\{([^}]*)\} from "(\.[^"]+)";$/gm;
  return [...readRepositoryFile(entry).matchAll(list)].flatMap(([, names = "", target = ""]) => {
    const path = posix.join(posix.dirname(entry), target).replace(/\.js$/, "");
    const file = [`${path}.ts`, `${path}.tsx`].find((candidate) => files.includes(candidate));
    if (file === undefined) throw new Error(`Could not find the file of "${target}", which ${entry} exports.`);
    return names
      .split(",")
      .map((name) => name.trim().replace(/^type | as .*$/g, ""))
      .filter((name) => name !== "")
      .map((name) => ({ file, name }));
  });
}

/** Whether the first declaration of a name follows a doc comment, or a comment for the linter after it. */
function hasDocComment(file: string, name: string): boolean {
  const declared = `^export (?:async |abstract |declare )*(?:function|class|interface|type|const) ${name}\\b`;
  const [before] = readRepositoryFile(file).split(new RegExp(declared, "m"));
  return /\*\/\s*(?:\/\/ biome-ignore .*\s*)?$/.test(before ?? "");
}
