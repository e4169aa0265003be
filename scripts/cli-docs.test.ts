import { describe, expect, it } from "vitest";
import { commands } from "../packages/server/src/lib/cli/commands.ts";
import { checks } from "../packages/server/src/lib/cli/doctor/finding.ts";
import { setupErrorCodes } from "../packages/server/src/lib/ports/setup-error.ts";
import { readRepositoryFile } from "./repository-files.ts";

describe("docs/cli.md", () => {
  const text = readRepositoryFile("docs/cli.md");
  const [first = ""] = text.split(/^## /m);

  it("lists every command, and no other", () => {
    const listed = [...first.matchAll(/^\| `([a-z]+)[^`]*` \|/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...commands.keys()].toSorted());
  });

  it("lists every check of doctor with its level, and no other", () => {
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (error|warning) \|/gm)].map(([, id, level]) => [id, level]);
    expect(listed).toEqual(Object.entries(checks));
  });
});

describe("docs/errors.md", () => {
  it("lists every code of an error at the start with its remedy, and no other", () => {
    const [, text = ""] = readRepositoryFile("docs/errors.md").split(/^## At the start$/m);
    const rows = [...text.matchAll(/^\| `(\w+)` \| `.+` \| (.+) \| (.+) \|$/gm)];
    expect(rows.map(([, code]) => code)).toEqual(setupErrorCodes);
  });
});
