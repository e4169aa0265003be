/** Whether a URL may be requested, and at which addresses. */
export type UrlCheck =
  | { readonly type: "allowed"; readonly at: "public addresses" | "any address" }
  /** `reason` completes "The host …". */
  | { readonly type: "refused"; readonly reason: string };

/**
 * Checks a URL against the allowed hosts. Refuses all others.
 *
 * @param hosts as in `Provider.mediaHosts`. An entry that is neither a host nor an origin allows nothing.
 */
export function checkAllowedUrl(url: URL, hosts: readonly string[]): UrlCheck {
  if (url.username !== "" || url.password !== "") return refused("has a user or a password in its URL");
  if (hosts.some((rule) => originOf(rule) === url.origin)) return { type: "allowed", at: "any address" };
  if (url.protocol !== "https:") return refused(`has a scheme other than https${missingOrigin(url)}`);
  if (url.port !== "") return refused(`has a port other than 443${missingOrigin(url)}`);
  if (!hosts.some((rule) => hasHost(rule, url.hostname))) return refused("is not in the provider's mediaHosts");
  return { type: "allowed", at: "public addresses" };
}

function refused(reason: string): UrlCheck {
  return { type: "refused", reason };
}

/** Advice for a host whose vendor, or a proxy of it, has its own origin. */
function missingOrigin(url: URL): string {
  return isHttp(url) ? `, and the provider's mediaHosts do not contain the origin ${url.origin}` : "";
}

/** The origin of a rule; `null` when the rule is not exactly an origin. */
function originOf(rule: string): string | null {
  if (!URL.canParse(rule)) return null;
  const url = new URL(rule);
  return isHttp(url) && url.href === `${url.origin}/` ? url.origin : null;
}

/** Whether a rule matches this host: by its name, or as a wildcard for its parent domain. */
function hasHost(rule: string, hostname: string): boolean {
  const isWildcard = rule.startsWith("*.");
  const host = hostOf(isWildcard ? rule.slice(2) : rule);
  if (host === null) return false;
  return isWildcard ? hostname.endsWith(`.${host}`) : hostname === host;
}

/** The host as `URL` normalizes it; `null` for text that is not exactly a host. */
function hostOf(text: string): string | null {
  if (!URL.canParse(`https://${text}`)) return null;
  const url = new URL(`https://${text}`);
  return url.href === `https://${url.hostname}/` ? url.hostname : null;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "http:";
}
