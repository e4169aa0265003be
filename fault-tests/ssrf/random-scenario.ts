import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { anyForbidden, anyPublic } from "./addresses.js";
import { type Connection, providerHosts, type Scenario } from "./scenario.js";

/** Maximum number of URLs that a copier follows: the link and its redirects. */
const maxVisits = 4;

/** A chain of one to six URLs, allowed and forbidden, whose names resolve differently at each lookup. */
export function randomScenario(random: SeededRandom): Scenario {
  const urls: string[] = [];
  const names: Record<string, (readonly string[])[]> = {};
  const connects: Connection[] = [];
  let isOver = false;
  for (let hop = random.between(1, 6); hop > 0; hop -= 1) {
    const { hostname, url, answer, isAllowed } = random.chance(0.75) ? namedHop(random) : wrongHop(random);
    urls.push(url);
    if (isOver) continue;
    names[hostname] = [...(names[hostname] ?? []), answer];
    if (!isAllowed || connects.length === maxVisits) isOver = true;
    else connects.push({ hostname, addresses: answer });
  }
  // An unnecessary further lookup returns a forbidden address.
  for (const answers of Object.values(names)) answers.push([anyForbidden(random)]);
  const [first, ...rest] = urls;
  if (first === undefined) throw new Error("The scenario has no URL.");
  return {
    name: `a random chain: ${urls.join(" → ")}`,
    hosts: providerHosts,
    urls: [first, ...rest],
    names,
    connects,
    ends: isOver ? "refused" : "copied",
  };
}

interface Hop {
  readonly hostname: string;
  readonly url: string;
  readonly answer: readonly string[];
  readonly isAllowed: boolean;
}

/** A URL with an allowed name, whose addresses decide. */
function namedHop(random: SeededRandom): Hop {
  const hostname = random.pick(["media.example", "a.cdn.example", "b.cdn.example"]);
  const answer = Array.from({ length: random.between(1, 4) }, () => anyPublic(random));
  const isAllowed = random.chance(0.8);
  if (!isAllowed) answer[random.between(0, answer.length - 1)] = anyForbidden(random);
  return { hostname, url: `https://${hostname}/${random.between(0, 9_999)}.png`, answer, isAllowed };
}

/** A forbidden URL with public addresses. */
function wrongHop(random: SeededRandom): Hop {
  const address = anyForbidden(random);
  const literal = address.includes(":") ? `[${address}]` : address;
  const url = random.pick([
    `https://${literal}/`,
    `http://${literal}:${random.between(1, 65_535)}/`,
    `https://media.example:${random.between(444, 65_535)}/`,
    `https://u${random.between(0, 9)}@media.example/`,
    "http://media.example/",
    `https://evil${random.between(0, 9)}.example/`,
  ]);
  return { hostname: new URL(url).hostname, url, answer: [anyPublic(random)], isAllowed: false };
}
