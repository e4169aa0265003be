/**
 * The path of a request as the router knows it: below the base, without a trailing slash.
 *
 * @returns `null` when the request is not below the base.
 */
export function pathUnder(basePath: string, url: string): string | null {
  const pathname = pathOf(url);
  if (!pathname.startsWith(basePath)) return null;
  const path = pathname.slice(basePath.length);
  if (path === "" || path === "/") return "/";
  if (!path.startsWith("/")) return null;
  return path.replace(/(?<=[^/])\/$/, "");
}

/** A plain path need not be parsed; one with a dot, a backslash or a fragment may be another than it looks. */
function pathOf(url: string): string {
  return /^https?:\/\/[^/?#\\]+(\/[\w/-]*)(?:\?[^#]*)?$/.exec(url)?.[1] ?? new URL(url).pathname;
}
