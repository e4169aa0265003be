/**
 * Returns the path of a request below the base, without one trailing slash; `/` for the base itself. Decodes `%61` and
 * other encodings of unreserved characters (RFC 3986, section 6.2.2.2): a host's router decodes at least those.
 *
 * @returns `null` when the request is not below the base, or its URL does not parse.
 */
export function pathUnder(basePath: string, url: string): string | null {
  if (!URL.canParse(url)) return null;
  const pathname = decodeUnreserved(new URL(url).pathname);
  if (!pathname.startsWith(basePath)) return null;
  const path = pathname.slice(basePath.length);
  if (path === "" || path === "/") return "/";
  if (!path.startsWith("/")) return null;
  return path.replace(/(?<=[^/])\/$/, "");
}

function decodeUnreserved(pathname: string): string {
  if (!pathname.includes("%")) return pathname;
  return pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : encoded;
  });
}
