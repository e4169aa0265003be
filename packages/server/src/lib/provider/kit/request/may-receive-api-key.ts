/**
 * Returns whether the API key may be sent to a URL from a response. Allowed are the origin of `baseUrl`, and the vendor's
 * hosts if `baseUrl` is one of them. A proxy may have its own key, which must not reach the vendor.
 *
 * @param options.domain the vendor's domain, such as `"bfl.ai"`; its subdomains are included.
 */
export function mayReceiveApiKey(
  url: unknown,
  { baseUrl, domain }: { readonly baseUrl: string; readonly domain: string },
): url is string {
  if (typeof url !== "string" || !URL.canParse(url)) return false;
  const [target, base] = [new URL(url), new URL(baseUrl)];
  return target.origin === base.origin || (isOf(target, domain) && isOf(base, domain));
}

function isOf({ hostname, port, protocol }: URL, domain: string): boolean {
  return protocol === "https:" && port === "" && (hostname === domain || hostname.endsWith(`.${domain}`));
}
