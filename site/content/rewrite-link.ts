import { posix } from "node:path";
import { mapLinks } from "./markdown-links.ts";
import { addressOf } from "./site-pages.ts";

/** The surroundings of a link. */
export interface LinkOptions {
  /** The page with the link, relative to the root of the repository. */
  readonly from: string;
  /** Every page of the site, relative to the root. */
  readonly pages: ReadonlySet<string>;
  /** Whether the repository has a file or folder, by its path relative to the root. */
  readonly exists: (path: string) => boolean;
  /** Address of the repository, without a trailing slash. */
  readonly repository: string;
}

/**
 * The target of a link on the site. A page of the site becomes its address. Any other file of the repository becomes its
 * address at the host of the repository. Anchors and other origins stay.
 *
 * @throws {Error} if there is no such file: VitePress would take the link for one of another site.
 */
export function rewriteLink(target: string, { from, pages, exists, repository }: LinkOptions): string {
  if (/^([a-z]+:|#|\/)/.test(target)) return target;
  const [path = "", anchor] = target.split("#", 2);
  const file = posix.join(posix.dirname(from), path);
  const suffix = anchor === undefined ? "" : `#${anchor}`;
  if (pages.has(file)) return `${addressOf(file)}${suffix}`;
  if (!exists(file)) throw new Error(`Dead link on ${from}: ${target}`);
  return `${repository}/blob/main/${file}${suffix}`;
}

/** A page with the links that agents follow: to the Markdown of other pages. */
export function rewriteLinks(markdown: string, options: LinkOptions): string {
  return mapLinks(markdown, (target) => {
    const rewritten = rewriteLink(target, options);
    return rewritten.startsWith("/") ? toMarkdownAddress(rewritten) : rewritten;
  });
}

/** The address of the Markdown beside a page: `/errors#problems` is `/errors.md#problems`. */
export function toMarkdownAddress(address: string): string {
  const [path = "", anchor] = address.split("#", 2);
  return `${path === "/" ? "/index" : path}.md${anchor === undefined ? "" : `#${anchor}`}`;
}
