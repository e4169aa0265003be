import { describe, expect, it } from "vitest";
import { optionsOf, plain, tableOf } from "./doc-tables.ts";
import { readRepositoryFile } from "./repository-files.ts";

describe("docs/react.md", () => {
  const text = readRepositoryFile("docs/react.md");
  const source = (file: string) => readRepositoryFile(`packages/react/src/lib/${file}.ts`);
  const enabled = optionsOf(source("connection/use-live"), "LiveOptions");
  const gallery = optionsOf(source("connection/use-live"), "GalleryLiveOptions");

  it.each(["index", "notices", "query", "suspense"])("names every function of the entry %s", (entry) => {
    const exported = readRepositoryFile(`packages/react/src/${entry}.ts`)
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .match(/\b(?:use|prefetch|create)[A-Z]\w*|\b\w+(?:QueryOptions|Keys|Provider)\b/g);
    const names = new Set(exported?.filter((name) => /^[a-z]/.test(name) || name === "SafelightProvider"));
    expect(names.size).toBeGreaterThan(3);
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  it.each([
    ["Options of useGenerate", optionsOf(source("submit/use-generate-interface"), "UseGenerateOptions")],
    ["Result of useGenerate", optionsOf(source("submit/use-generate-interface"), "UseGenerateResult")],
    ["Second argument of generate", optionsOf(source("submit/use-generate-interface"), "GenerateOptions")],
    ["Members of a submission", optionsOf(source("submit/use-generate-interface"), "Submission")],
    [
      "Options of useActiveGeneration",
      [...optionsOf(source("hooks/use-active-generation"), "UseActiveGenerationOptions"), ...gallery, ...enabled],
    ],
    [
      "Result of useActiveGeneration",
      [
        ...optionsOf(source("hooks/use-active-generation"), "ActiveView").filter(
          ({ name }) => name !== "serverOffsetMs",
        ),
        ...optionsOf(source("hooks/use-active-generation"), "ActiveMembers"),
      ],
    ],
    ["Result of useProgress", optionsOf(source("progress/progress-view"), "ProgressView")],
    [
      "Options of useGenerationNotices",
      [...optionsOf(source("notices/use-generation-notices"), "UseGenerationNoticesOptions"), ...enabled],
    ],
    [
      "Options of useSystemNotices",
      [...optionsOf(source("notices/use-system-notices"), "UseSystemNoticesOptions"), ...enabled],
    ],
    ["Result of useSystemNotices", optionsOf(source("notices/use-system-notices"), "UseSystemNoticesResult")],
    ["Options of useTitleBadge", [...optionsOf(source("notices/use-title-badge"), "UseTitleBadgeOptions"), ...enabled]],
    [
      "Members of a ledger entry",
      optionsOf(readRepositoryFile("packages/client/src/lib/contract/credits.ts"), "LedgerEntry"),
    ],
    ["Filter of useGenerationHistory", optionsOf(source("query/safelight-keys"), "HistoryFilter")],
  ])("lists under %s every member of the source, and no other", (heading, declared) => {
    const [, section = ""] = text.split(`### ${heading}\n`);
    const listed = tableOf(section.split(/^##/m)[0] ?? "");
    expect(listed.map(([name]) => name)).toEqual(declared.map(({ name }) => name));
    for (const [name, ...cells] of listed)
      expect(
        cells.filter((cell) => cell === ""),
        name,
      ).toEqual([]);
    if (!/^(Options|Filter)/.test(heading)) return;
    for (const [name, value = ""] of listed) {
      const option = declared.find((one) => one.name === name);
      if (option?.required) expect(value, name).toBe("required");
      else if (/^[\w.]+$/.test(option?.value ?? "")) expect(plain(value), name).toBe(plain(option?.value ?? ""));
    }
  });
});
