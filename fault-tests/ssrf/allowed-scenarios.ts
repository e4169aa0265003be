import { publicAddresses } from "./addresses.js";
import { type Connection, link, media, providerHosts, type Scenario } from "./scenario.js";

const [, ...others] = publicAddresses;

/** Links that must be copied, so that a copier that refuses everything fails the proof. */
export function allowedScenarios(): readonly Scenario[] {
  const cdn = { hostname: "a.cdn.example", addresses: others };
  const comfy = { hostname: "127.0.0.1", addresses: ["127.0.0.1"], port: 8188 };
  const inside = { hostname: "inside.example", addresses: ["10.0.0.7"] };
  return [
    copied("a named host", { urls: [link], connects: [media] }),
    copied("a host below a star, at many addresses", { urls: ["https://a.cdn.example/a.png"], connects: [cdn] }),
    copied("a host in capitals, with the usual port", { urls: ["https://MEDIA.example:443/a.png"], connects: [media] }),
    copied("a redirect to another host", { urls: [link, "https://a.cdn.example/a.png"], connects: [media, cdn] }),
    copied("relative redirects", {
      urls: [link, "/b.png", "//a.cdn.example/c.png", "d.png"],
      connects: [media, media, cdn, cdn],
    }),
    copied("a named origin", {
      urls: ["http://127.0.0.1:8188/view"],
      connects: [comfy],
      hosts: ["http://127.0.0.1:8188"],
    }),
    copied("a named origin, in decimal", {
      urls: ["http://2130706433:8188/view"],
      connects: [comfy],
      hosts: ["http://127.0.0.1:8188"],
    }),
    copied("a named origin inside", {
      urls: ["https://inside.example/a"],
      connects: [inside],
      hosts: ["https://inside.example"],
    }),
    copied("from an origin to a host", {
      urls: ["http://127.0.0.1:8188/", link],
      connects: [comfy, media],
      hosts: [...providerHosts, "http://127.0.0.1:8188"],
    }),
    ...publicAddresses.map((address) => {
      const there = { hostname: "media.example", addresses: [address] };
      return copied(`a name at ${address}`, { urls: [link], connects: [there] });
    }),
    ...publicAddresses.map((address) => {
      const host = address.includes(":") ? `[${address}]` : address;
      return copied(`a named address ${address}`, {
        urls: [`https://${host}/`],
        connects: [{ hostname: address, addresses: [address] }],
        hosts: [host],
      });
    }),
  ];
}

/** Malicious responses of an allowed host. */
export function hostileScenarios(): readonly Scenario[] {
  const from = (response: NonNullable<Scenario["response"]>, ends: Scenario["ends"]): readonly Scenario[] => [
    { ...copied(response, { urls: [link], connects: [media] }), response, ends },
    { ...copied(`${response}, behind a redirect`, { urls: [link, "/b"], connects: [media, media] }), response, ends },
  ];
  const four = Array.from({ length: 4 }, () => media);
  return [
    ...from("a gzip bomb", "refused"),
    ...from("an endless body", "refused"),
    ...from("too long a body", "refused"),
    ...from("half a body", "thrown"),
    {
      ...copied("redirects without an end", { urls: [link, "/1", "/2", "/3", "/4", "/5"], connects: four }),
      ends: "refused",
    },
    { ...copied("a name that does not exist", { urls: ["https://gone.cdn.example/"], connects: [] }), ends: "thrown" },
    {
      ...copied("a name without an address", { urls: [link], connects: [] }),
      names: { "media.example": [[]] },
      ends: "thrown",
    },
  ];
}

function copied(
  name: string,
  {
    urls,
    connects,
    hosts = providerHosts,
  }: {
    readonly urls: Scenario["urls"];
    readonly connects: readonly Connection[];
    readonly hosts?: readonly string[] | undefined;
  },
): Scenario {
  const names = Object.fromEntries(connects.map(({ hostname, addresses }) => [hostname, [addresses]]));
  return { name, hosts, urls, names, connects, ends: "copied" };
}
