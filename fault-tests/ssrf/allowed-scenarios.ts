import { publicAddresses } from "./addresses.js";
import { type Connection, link, media, providerHosts, type Scenario } from "./scenario.js";

const [, ...others] = publicAddresses;

/** Links that must be copied, so that a copier that refuses everything fails the proof. */
export function allowedScenarios(): readonly Scenario[] {
  const cdn = { hostname: "a.cdn.example", addresses: others };
  const comfy = { hostname: "127.0.0.1", addresses: ["127.0.0.1"], port: 8188 };
  const inside = { hostname: "inside.example", addresses: ["10.0.0.7"] };
  return [
    copied("a named host", [link], [media]),
    copied("a host below a star, at many addresses", ["https://a.cdn.example/a.png"], [cdn]),
    copied("a host in capitals, with the usual port", ["https://MEDIA.example:443/a.png"], [media]),
    copied("a redirect to another host", [link, "https://a.cdn.example/a.png"], [media, cdn]),
    copied("relative redirects", [link, "/b.png", "//a.cdn.example/c.png", "d.png"], [media, media, cdn, cdn]),
    copied("a named origin", ["http://127.0.0.1:8188/view"], [comfy], ["http://127.0.0.1:8188"]),
    copied("a named origin, in decimal", ["http://2130706433:8188/view"], [comfy], ["http://127.0.0.1:8188"]),
    copied("a named origin inside", ["https://inside.example/a"], [inside], ["https://inside.example"]),
    copied(
      "from an origin to a host",
      ["http://127.0.0.1:8188/", link],
      [comfy, media],
      [...providerHosts, "http://127.0.0.1:8188"],
    ),
    ...publicAddresses.map((address) => {
      const there = { hostname: "media.example", addresses: [address] };
      return copied(`a name at ${address}`, [link], [there]);
    }),
    ...publicAddresses.map((address) => {
      const host = address.includes(":") ? `[${address}]` : address;
      return copied(
        `a named address ${address}`,
        [`https://${host}/`],
        [{ hostname: address, addresses: [address] }],
        [host],
      );
    }),
  ];
}

/** Malicious responses of an allowed host. */
export function hostileScenarios(): readonly Scenario[] {
  const from = (response: NonNullable<Scenario["response"]>, ends: Scenario["ends"]): readonly Scenario[] => [
    { ...copied(response, [link], [media]), response, ends },
    { ...copied(`${response}, behind a redirect`, [link, "/b"], [media, media]), response, ends },
  ];
  const four = Array.from({ length: 4 }, () => media);
  return [
    ...from("a gzip bomb", "refused"),
    ...from("an endless body", "refused"),
    ...from("too long a body", "refused"),
    ...from("half a body", "thrown"),
    { ...copied("redirects without an end", [link, "/1", "/2", "/3", "/4", "/5"], four), ends: "refused" },
    { ...copied("a name that does not exist", ["https://gone.cdn.example/"], []), ends: "thrown" },
    { ...copied("a name without an address", [link], []), names: { "media.example": [[]] }, ends: "thrown" },
  ];
}

function copied(
  name: string,
  urls: Scenario["urls"],
  connects: readonly Connection[],
  hosts: readonly string[] = providerHosts,
): Scenario {
  const names = Object.fromEntries(connects.map(({ hostname, addresses }) => [hostname, [addresses]]));
  return { name, hosts, urls, names, connects, ends: "copied" };
}
