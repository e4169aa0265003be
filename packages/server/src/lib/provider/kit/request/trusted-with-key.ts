/**
 * Tells whether the key may go to an address out of a reply: to the origin of `baseUrl`, and to the vendor's other hosts where
 * `baseUrl` is one of them. A proxy has a key of its own, which is not even for the vendor to see.
 *
 * @param domain the vendor's, with every host below it, such as `"bfl.ai"`.
 */
export function isTrustedWithKey(url: unknown, baseUrl: string, domain: string): url is string {
  if (typeof url !== "string" || !URL.canParse(url)) return false;
  const [asked, base] = [new URL(url), new URL(baseUrl)];
  return asked.origin === base.origin || (isOf(asked, domain) && isOf(base, domain));
}

function isOf({ hostname, port, protocol }: URL, domain: string): boolean {
  return protocol === "https:" && port === "" && (hostname === domain || hostname.endsWith(`.${domain}`));
}
