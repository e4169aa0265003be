import { describe, expect, it } from "vitest";
import { blockItem, blockNames, blocksFolder, sourcesOf } from "./release/block-items.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const sources = sourcesOf("all");
const sourceOf = (path: string) => readRepositoryFile(`${blocksFolder}/${path}`);

describe.each(blockNames)("the item of %s", (name) => {
  it.each(["item", "component"] as const)("has each file that it imports, as form %s", (form) => {
    const { files } = blockItem(name, form);
    expect(files.map(({ path }) => path.replace("components/safelight/", ""))).toEqual(sourcesOf(name));
    const main = name === "all" ? "all/studio.tsx" : `${name}/${name}.tsx`;
    expect(files.map(({ target }) => target)).toContain(`${form === "item" ? "" : "@"}components/safelight/${main}`);
    for (const { path, content } of files) expect(content).toBe(sourceOf(path.replace("components/safelight/", "")));
  });

  it.each(["item", "component"] as const)("fetches nothing and installs nothing, as form %s", (form) => {
    const item = blockItem(name, form);
    expect(Object.keys(item).sort()).toEqual(["$schema", "description", "files", "name", "title", "type"]);
  });

  it("contains no files of a block that it does not import", () => {
    const text = JSON.stringify(blockItem(name, "item"));
    expect(sourcesOf(name).every((path) => path.startsWith(`${name}/`) || text.includes(path))).toBe(true);
    if (name === "compare-slider") expect(sourcesOf(name)).toEqual(["compare-slider/compare-slider.tsx"]);
  });
});

describe("the sources of the blocks", () => {
  it("are all in the item `all`", () => {
    const files = repositoryFiles().filter(
      (path) => path.startsWith(`${blocksFolder}/`) && !/\.test\.tsx?$/.test(path),
    );
    expect(files).toEqual(sources.map((path) => `${blocksFolder}/${path}`));
  });

  it.each(sources)("%s imports React, public entries, and other blocks", (path) => {
    const imported = [...sourceOf(path).matchAll(/from "([^"]+)"/g)].map(([, target = ""]) => target);
    const allowed =
      /^(react|@tanstack\/react-query|@safelight\/(client|client\/(contract|upload)|react|react\/notices|react\/query|react\/quote)|\.\.?\/[\w/-]+)$/;
    expect(imported.filter((target) => !allowed.test(target))).toEqual([]);
  });

  it.each(sources.filter((path) => path.endsWith(".tsx") && path !== "icons/icons.tsx"))(
    "%s has a client directive, which Next requires",
    (path) => expect(sourceOf(path)).toMatch(/^"use client";\n/),
  );
});

it("the copy in the Next example is the file of the block", () => {
  const path = "generation-card/use-player.ts";
  expect(readRepositoryFile(`examples/nextjs/components/safelight/${path}`)).toBe(sourceOf(path));
});

describe("registry.json", () => {
  const { items } = JSON.parse(readRepositoryFile("registry.json"));

  it("has each block", () => {
    expect(items.map(({ name }: { readonly name: string }) => name)).toEqual(blockNames);
  });

  it("leads to the same files as the items of the package", () => {
    for (const { files, name } of items) {
      const packed = blockItem(name, "item").files;
      const read = files.map(({ path, ...file }: { readonly path: string }) => ({
        ...file,
        content: readRepositoryFile(path),
      }));
      expect(read).toEqual(packed.map(({ path: _, ...file }) => file));
    }
  });
});

describe("docs/blocks.md", () => {
  it("lists every item, and no other", () => {
    const [, section = ""] = readRepositoryFile("docs/blocks.md").split(/^## The blocks$/m);
    const names = [...(section.split(/^## /m)[0] ?? "").matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(names).toEqual(blockNames);
  });

  it("defines each color variable that a class of a block uses", () => {
    const css = /^```css\n([\s\S]*?)^```$/m.exec(readRepositoryFile("docs/blocks.md"))?.[1] ?? "";
    const defined = new Set([...css.matchAll(/--color-([\w-]+):/g)].map(([, name]) => name));
    const named =
      /\b(?:bg|text|border|ring|from|to)-((?:background|foreground|card|popover|primary|secondary|muted|accent|destructive|border|input|ring)(?:-foreground)?)\b/g;
    const used = new Set(sources.flatMap((path) => [...sourceOf(path).matchAll(named)].map(([, name]) => name)));
    expect(used.size).toBeGreaterThan(8);
    expect([...used].filter((name) => !defined.has(name))).toEqual([]);
  });
});
