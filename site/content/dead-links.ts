import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { anchorsOf } from "./heading-anchor.ts";
import { linkTargets } from "./markdown-links.ts";

/** The text of a page by its path, with slashes: `""` for another file or a folder, `null` if there is none. */
export type ReadLinked = (path: string) => string | null;

/** Reads the targets of links in a folder. */
export function readLinkedIn(folder: string): ReadLinked {
  return (path) => {
    const target = join(folder, path);
    if (!existsSync(target)) return null;
    return path.endsWith(".md") ? readFileSync(target, "utf8") : "";
  };
}

/** The surroundings of a page whose links are checked. */
export interface DeadLinkOptions {
  /** The path of the page, relative to the folder that `read` reads. */
  readonly from: string;
  /** Reads the target of a relative link. */
  readonly read: ReadLinked;
  /** Reads the target of an address below that of the repository, by its path relative to the root. */
  readonly readRepository: ReadLinked;
  /** Address of the repository, without a trailing slash. */
  readonly repository: string;
}

/** The links of a page that lead to no file, or to no heading of a page. Links to other origins are not checked. */
export function deadLinks(markdown: string, options: DeadLinkOptions): readonly string[] {
  return linkTargets(markdown).filter((link) => {
    const [target = "", anchor] = link.split("#", 2);
    const text = target === "" ? markdown : textOf(target, options);
    if (text === undefined) return false;
    if (text === null) return true;
    const isPage = target === "" || target.endsWith(".md");
    return isPage && anchor !== undefined && !anchorsOf(text).has(anchor);
  });
}

/** The text of the target; `null` if there is none, `undefined` for another origin. */
function textOf(target: string, options: DeadLinkOptions): string | null | undefined {
  const { from, read, readRepository, repository } = options;
  const files = `${repository}/blob/main/`;
  if (target.startsWith(files)) return readRepository(target.slice(files.length));
  if (/^[a-z]+:/.test(target)) return undefined;
  const path = posix.join(posix.dirname(from), target);
  return path.startsWith("../") ? null : read(path);
}
