import { disguisesOfV4, forbiddenV4, forbiddenV6, spellingsOfV4 } from "./addresses.js";
import { link, media, providerHosts, type Scenario } from "./scenario.js";

const atMedia = { "media.example": [media.addresses] };

/** Every forbidden address in every spelling: as a link, behind a redirect, and in `mediaHosts`. */
export function literalScenarios(): readonly Scenario[] {
  const v4 = forbiddenV4.flatMap(([kind, address]) =>
    spellingsOfV4(address).map(([how, host]) => [`${kind} ${address}, ${how}`, host] as const),
  );
  const v6 = forbiddenV6.map(([kind, address]) => [`${kind} ${address}`, `[${address}]`] as const);
  return [...v4, ...v6].flatMap(([name, host]) => {
    const url = `https://${host}/latest/meta-data/`;
    // A host in `mediaHosts` must still resolve to public addresses.
    const hosts = [...providerHosts, new URL(url).hostname];
    return [
      { name, hosts: providerHosts, urls: [url], connects: [], ends: "refused" },
      { name: `${name}, in mediaHosts`, hosts, urls: [url], connects: [], ends: "refused" },
      {
        name: `${name}, redirected to`,
        hosts,
        urls: [link, url],
        names: atMedia,
        connects: [media],
        ends: "refused",
      },
    ];
  });
}

/** Every forbidden address of an allowed name: alone, among public ones, embedded in IPv6, and at the second lookup. */
export function resolverScenarios(): readonly Scenario[] {
  const v4 = forbiddenV4.flatMap(([kind, address]) =>
    [address, ...disguisesOfV4(address)].map((each) => [kind, each] as const),
  );
  const open = media.addresses;
  return [...v4, ...forbiddenV6].flatMap(([kind, address]) => {
    const answers = {
      alone: [address],
      "before a public one": [address, ...open],
      "behind public ones": [...open, "2606:4700::6810:84e5", address],
    };
    return Object.entries(answers).flatMap(([how, answer]): readonly Scenario[] => {
      const name = `a name at ${address} (${kind}), ${how}`;
      return [
        {
          name,
          hosts: providerHosts,
          urls: [link],
          names: { "media.example": [answer] },
          connects: [],
          ends: "refused",
        },
        {
          name: `${name}, redirected to`,
          hosts: providerHosts,
          urls: [link, "https://a.cdn.example/a.png"],
          names: { ...atMedia, "a.cdn.example": [answer] },
          connects: [media],
          ends: "refused",
        },
        {
          name: `${name}, at the second lookup`,
          hosts: providerHosts,
          urls: [link],
          // A copier that resolves the name again to connect gets the second answer.
          names: { "media.example": [open, answer] },
          connects: [media],
          ends: "copied",
        },
        {
          name: `${name}, when it redirects to itself`,
          hosts: providerHosts,
          urls: [link, "/b.png"],
          names: { "media.example": [open, answer] },
          connects: [media],
          ends: "refused",
        },
      ];
    });
  });
}

const metadataNames = [
  ["metadata.google.internal", "169.254.169.254"],
  ["metadata", "169.254.169.254"],
  ["instance-data.ec2.internal", "169.254.169.254"],
  ["metadata.oraclecloud.com", "192.0.0.192"],
  ["metadata.tencentyun.com", "169.254.0.23"],
  ["localhost", "127.0.0.1"],
  ["ip6-localhost", "::1"],
  ["kubernetes.default.svc", "10.96.0.1"],
  ["host.docker.internal", "192.168.65.254"],
  ["169.254.169.254.nip.example", "169.254.169.254"],
] as const;

/** Names of internal services, with and without an entry in `mediaHosts`. */
export function nameScenarios(): readonly Scenario[] {
  return metadataNames.flatMap(([name, address]): readonly Scenario[] => {
    const url = `https://${name}/computeMetadata/v1/`;
    const names = { ...atMedia, [name]: [[address]] };
    return [
      { name, hosts: providerHosts, urls: [url], names, connects: [], ends: "refused" },
      { name: `${name}, in mediaHosts`, hosts: [name], urls: [url], names, connects: [], ends: "refused" },
      {
        name: `${name}, redirected to`,
        hosts: [...providerHosts, name],
        urls: [link, url],
        names,
        connects: [media],
        ends: "refused",
      },
    ];
  });
}

const malformed = [
  ["http", "http://media.example/a.png"],
  ["http on the port of https", "http://media.example:443/a.png"],
  ["another port", "https://media.example:8443/a.png"],
  ["the port of SSH", "https://media.example:22/a.png"],
  ["the port of a cache", "https://media.example:6379/a.png"],
  ["a user", "https://user@media.example/a.png"],
  ["a user and a password", "https://user:password@media.example/a.png"],
  ["a user who looks like the host", "https://media.example@evil.example/a.png"],
  ["a user who looks like the host, in percent", "https://media.example%40evil.example/a.png"],
  ["a backslash", "https://evil.example\\@media.example/a.png"],
  ["a fragment that looks like the host", "https://evil.example#@media.example/a.png"],
  ["a query that looks like the host", "https://evil.example?@media.example/a.png"],
  ["another host", "https://evil.example/a.png"],
  ["a host that begins alike", "https://media.example.evil.example/a.png"],
  ["a host that ends alike", "https://evilmedia.example/a.png"],
  ["a host below a name without a star", "https://a.media.example/a.png"],
  ["the host above a star", "https://cdn.example/a.png"],
  ["a host that ends like a star's", "https://evilcdn.example/a.png"],
  ["a dot at the end", "https://media.example./a.png"],
  ["letters that look alike", "https://mediа.example/a.png"],
  ["a soft hyphen before another", "https://evil\u00ad.example/a.png"],
  ["a file", "file:///etc/passwd"],
  ["a file of the host", "file://media.example/etc/passwd"],
  ["FTP", "ftp://media.example/a.png"],
  ["gopher", "gopher://media.example:6379/_FLUSHALL"],
  ["a dictionary", "dict://media.example:11211/stat"],
  ["a socket", "ws://media.example/"],
  ["a secure socket", "wss://media.example/"],
  ["a blob", "blob:https://media.example/4c0e"],
  ["a script", "javascript:fetch('https://media.example')"],
  ["data", "data:text/html,a"],
  ["no URL", "https://[media.example]/"],
  ["no host", "https://"],
  ["a number that is no address", "https://1.2.3.4.5/"],
  ["a number that is too large", "https://4294967296/"],
  ["a tab in it", "https://evil\t.example/a.png"],
  ["an origin's other port", "http://127.0.0.1:8189/"],
  ["an origin's other scheme", "https://127.0.0.1:8188/"],
  ["an origin's other name", "http://localhost:8188/"],
  ["an origin with a user", "http://user@127.0.0.1:8188/"],
] as const;

/** Invalid or disallowed URLs, as a link and behind a redirect. */
export function urlScenarios(): readonly Scenario[] {
  const hosts = [...providerHosts, "http://127.0.0.1:8188"];
  return malformed.flatMap(([name, url]): readonly Scenario[] => [
    { name, hosts, urls: [url], names: atMedia, connects: [], ends: "refused" },
    {
      name: `${name}, redirected to`,
      hosts,
      urls: [link, url],
      names: atMedia,
      connects: [media],
      ends: "refused",
    },
  ]);
}
