import { globSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { root } from "../command.ts";
import { readRepositoryFile } from "../repository-files.ts";
import { projectLinks } from "./project-links.ts";

/** The folder of the sources. The items are in its folder `dist`. */
export const blocksFolder = "packages/react/blocks";

/** The blocks, with their descriptions. Each has a folder with a component of its name, except `all`. */
const blocks = {
  "prompt-box": "A form for a prompt, with the price on its button",
  "generation-card": "One generation: progress, preview, output or failure",
  "generation-grid": "The history as a grid that loads more",
  "generation-view": "A dialog with one generation: download, retry, vary, delete with undo",
  "credits-badge": "The balance, announced once it has settled",
  "active-pill": "The number of active and ready generations, and a badge in the title",
  "generation-toasts": "A toast for each finished generation, once over all tabs and devices",
  "upload-field": "An input image, video or audio file: chosen, dropped, pasted or taken with the camera",
  "compare-slider": "Two images over each other, with a slider",
  "connection-banner": "A line for pages that are offline or signed out",
  all: "A page that connects the blocks, and the files of all blocks",
} as const;

/** Name of a block. */
export type BlockName = keyof typeof blocks;

/** All names, in the order of the docs. */
export const blockNames = Object.keys(blocks) as readonly BlockName[];

/**
 * Form of an item. `item` needs no configuration: its files go to a fixed folder. `component` is for projects with a
 * `components.json`: its files go to the folder of the alias for components.
 */
export type ItemForm = "item" | "component";

/** An item of shadcn's registry. */
export interface BlockItem {
  readonly $schema: string;
  readonly name: string;
  readonly type: "registry:item" | "registry:block";
  readonly title: string;
  readonly description: string;
  readonly files: readonly {
    readonly path: string;
    readonly type: "registry:file" | "registry:component";
    readonly target: string;
    readonly content: string;
  }[];
}

/** Name of the file of an item, below `dist`. */
export function itemFileOf(name: BlockName, form: ItemForm): string {
  return form === "item" ? `${name}.json` : `components/${name}.json`;
}

/**
 * The item of a block: its files, and those that they import. It names no dependency, because the package that it needs
 * contains it, and `shadcn add` could install another version. It names no item of a registry, so nothing is fetched.
 */
export function blockItem(name: BlockName, form: ItemForm): BlockItem {
  const folder = form === "item" ? "components/safelight" : "@components/safelight";
  return {
    $schema: "https://ui.shadcn.com/schema/registry-item.json",
    name: `safelight-${name}`,
    type: form === "item" ? "registry:item" : "registry:block",
    title: name,
    description: blocks[name],
    files: sourcesOf(name).map((path) => ({
      path: `components/safelight/${path}`,
      type: form === "item" ? "registry:file" : "registry:component",
      target: `${folder}/${path}`,
      content: readRepositoryFile(`${blocksFolder}/${path}`),
    })),
  };
}

/** Paths of a block's files below the folder of the blocks, and of those that they import, sorted. */
export function sourcesOf(name: BlockName): readonly string[] {
  const all = blockSources();
  const own = all.filter((path) => name === "all" || path.startsWith(`${name}/`));
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, target = ""] of readRepositoryFile(`${blocksFolder}/${path}`).matchAll(/from "(\.[^"]+)"/g)) {
      visit(resolveSource(all, posix.join(posix.dirname(path), target)));
    }
  };
  own.forEach(visit);
  return [...found].sort();
}

function blockSources(): readonly string[] {
  return globSync("**/*.{ts,tsx}", { cwd: join(root, blocksFolder) })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !/\.test\.tsx?$/.test(path));
}

/** @throws {Error} if no file of the blocks has this path. */
function resolveSource(sources: readonly string[], path: string): string {
  const source = sources.find((candidate) => candidate.replace(/\.tsx?$/, "") === path);
  if (source === undefined) throw new Error(`A block imports ${path}, which is not a file of ${blocksFolder}.`);
  return source;
}

/**
 * The content of `registry.json`, for `shadcn add OWNER/REPOSITORY/NAME` and `shadcn build`: the items without the text of
 * their files, whose paths are relative to the root of the repository.
 */
export function blockRegistry(): object {
  return {
    $schema: "https://ui.shadcn.com/schema/registry.json",
    name: "safelight",
    homepage: projectLinks.homepage,
    items: blockNames.map((name) => {
      const { $schema: _, files, ...item } = blockItem(name, "item");
      return {
        ...item,
        name,
        files: files.map(({ path, target, type }) => ({ path: toSource(path), type, target })),
      };
    }),
  };
}

function toSource(path: string): string {
  return path.replace("components/safelight", blocksFolder);
}
