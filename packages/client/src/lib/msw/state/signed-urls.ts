/** Signature of every URL: the mock protects nothing. */
const signature = "mocked";

/**
 * When the URLs of a response expire, in epoch milliseconds. They stay the same for a third of their lifetime, so that
 * caches work.
 */
export function urlsExpireAtMs(urlLifetimeMs: number): number {
  return (urlPeriod(urlLifetimeMs) + 3) * (urlLifetimeMs / 3);
}

/** Number of the period in which URLs stay the same. */
export function urlPeriod(urlLifetimeMs: number): number {
  return Math.floor(Date.now() / (urlLifetimeMs / 3));
}

/** Adds the expiry, in epoch seconds, and the signature to a path. */
export function signPath(path: string, urlLifetimeMs: number): string {
  return `${path}?expires=${urlsExpireAtMs(urlLifetimeMs) / 1_000}&signature=${signature}`;
}

/** Whether the query of a URL contains a signature that has not expired. */
export function isSigned(query: URLSearchParams): boolean {
  return query.get("signature") === signature && Number(query.get("expires")) * 1_000 > Date.now();
}
