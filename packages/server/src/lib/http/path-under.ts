/**
 * The path of a request as the router knows it: below the base, without a trailing slash.
 *
 * @returns `null` when the request is not below the base.
 */
export function pathUnder(basePath: string, url: string): string | null {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(basePath)) return null;
  const path = pathname.slice(basePath.length);
  if (path === "" || path === "/") return "/";
  if (!path.startsWith("/")) return null;
  return path.replace(/(?<=[^/])\/$/, "");
}
