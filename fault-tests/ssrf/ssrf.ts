import { isDeepStrictEqual } from "node:util";
import { guardedCopier } from "../../packages/server/src/lib/copier/guarded-copier.js";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { networkNamespaces, notPermitted, unroutable } from "../namespace/network-namespace.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { allowedScenarios, hostileScenarios } from "./allowed-scenarios.js";
import { literalScenarios, nameScenarios, resolverScenarios, urlScenarios } from "./forbidden-scenarios.js";
import { randomScenario } from "./random-scenario.js";
import type { Connection, Scenario } from "./scenario.js";
import { type ScenarioHost, startScenarioHost } from "./scenario-host.js";
import { watchSockets } from "./watch-sockets.js";
import { workersScenarios } from "./workers-scenarios.js";

const randomCounts = { short: 100, long: 20_000 };
/** One of so many redirects and second lookups is played, another one with each seed: each takes a TLS connection. */
const strides = { short: 5, long: 1 };
const maxBytes = 100_000;
/** The API key: it must appear in no message, and reach the first host only. */
const secret = "signature-of-the-vendor";

/** Links, redirects and resolvers that lead to forbidden addresses, in every spelling: the copier connects to none. */
export const ssrf: Proof = {
  id: "F19",
  title: "links, redirects and resolvers that lead to forbidden addresses (scenarios)",
  proves: ["I25"],
  excluded: { postgres: "opens no database" },
  run: playAll,
};

async function playAll({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  // Each address and spelling is also a link, which is refused without a connection.
  const isPlayed = ({ connects }: Scenario, index: number): boolean =>
    connects.length === 0 || (index + seed) % strides[scale] === 0;
  const corpus = [
    ...allowedScenarios(),
    ...hostileScenarios(),
    ...urlScenarios(),
    ...nameScenarios(),
    ...literalScenarios().filter(isPlayed),
    ...resolverScenarios().filter(isPlayed),
  ];
  const lost = await copyUnroutableLinks();
  const bySocket = [...corpus, ...Array.from({ length: randomCounts[scale] }, () => randomScenario(random))];
  const byFetch = workersScenarios();
  const scenarios = [...bySocket, ...byFetch];
  const host = await startScenarioHost();
  const sockets = watchSockets();
  try {
    const violations: string[] = [...lost.violations];
    for (const [done, scenario] of scenarios.entries()) {
      const transport = done < bySocket.length ? "sockets" : "fetch";
      violations.push(...(await play(host, { scenario, transport })).map((what) => `${scenario.name}: ${what}`));
      onProgress?.(done, scenarios.length);
    }
    const { connections, ports } = host.internet;
    const bypasses = new Set(sockets.attempts.filter((to) => !ports.some((port) => to === `127.0.0.1:${port}`)));
    violations.push(...[...bypasses].map((to) => `a connection to ${to} bypassed the copier's connect function`));
    if (sockets.attempts.length < connections.length) violations.push("the socket watcher missed connections");
    const wrong = scenarios.filter(({ ends }) => ends !== "copied").length;
    const figures = {
      listed: count(corpus.length),
      "listed, also by fetch": count(byFetch.length),
      random: count(randomCounts[scale]),
      "must be copied": count(scenarios.length - wrong),
      connections: count(connections.length),
      "without a route": lost.figure,
    };
    return { runs: scenarios.length + lost.runs, faults: wrong + lost.runs, violations, figures };
  } finally {
    sockets.stop();
    await host.close();
  }
}

/** Copies links to public addresses in processes whose kernel refuses each connection at once: no process may crash. */
async function copyUnroutableLinks() {
  const namespaces = await networkNamespaces();
  if (namespaces === null) return { runs: 0, violations: [], figure: notPermitted };
  const script = await bundleScript(new URL("./unroutable-links.ts", import.meta.url));
  const violations: string[] = [];
  let runs = 0;
  try {
    for (const routes of unroutable) {
      // The script prints this type. A crashed process rejects with its error output.
      const result = (await namespaces
        .run(script.path, routes)
        .catch((error: unknown) => ({ runs: 0, violations: [`the process crashed: ${String(error)}`] }))) as LinkReport;
      runs += result.runs;
      violations.push(...result.violations.map((what) => `a link with ${routes.name}: ${what}`));
    }
  } finally {
    await script.remove();
  }
  return { runs, violations, figure: `${count(runs)} in ${unroutable.length} namespaces` };
}

/** The output of `unroutable-links.ts`. */
interface LinkReport {
  readonly runs: number;
  readonly violations: readonly string[];
}

/** Plays one scenario and returns the violations. */
async function play(
  host: ScenarioHost,
  { scenario, transport }: { readonly scenario: Scenario; readonly transport: "sockets" | "fetch" },
): Promise<readonly string[]> {
  const { network, connections, requests } = host.internet;
  const { fetched, workers } = host;
  const [madeBefore, fetchedBefore, askedBefore] = [connections.length, fetched.length, requests.length];
  host.play(scenario);
  const outcome = await guardedCopier(transport === "sockets" ? network : workers)
    .copy({
      url: scenario.urls[0],
      headers: { authorization: secret },
      hosts: scenario.hosts,
      maxBytes,
      signal: AbortSignal.timeout(60_000),
    })
    .catch((error: unknown) => ({ type: "thrown", error: String(error) }) as const);

  const connected = connections.slice(madeBefore).map(({ hostname, port, addresses }) => ({
    hostname,
    port,
    addresses: addresses.map(({ address }) => address),
  }));
  const made = [...connected, ...fetched.slice(fetchedBefore)];
  const expected = scenario.connects.map(withPort);
  const violations: string[] = [];
  if (!isDeepStrictEqual(made, expected)) violations.push(`it connected to ${textOf(made)}, not ${textOf(expected)}`);
  if (outcome.type !== scenario.ends) violations.push(`it ended with ${JSON.stringify(outcome)}, not ${scenario.ends}`);
  const [, ...later] = requests.slice(askedBefore);
  if (later.some(({ headers }) => headers.authorization !== undefined)) violations.push("a redirect got the API key");
  if (later.some(({ headers }) => headers.cookie !== undefined)) violations.push("a cookie was kept");
  if (JSON.stringify(outcome).includes(secret)) violations.push("the outcome contains the API key");
  if (outcome.type === "copied") await outcome.close();
  return violations;
}

function withPort({ hostname, addresses, port = 443 }: Connection): Required<Connection> {
  return { hostname, port, addresses };
}

function textOf(connections: readonly Required<Connection>[]): string {
  const each = connections.map(({ hostname, port, addresses }) => `${hostname}:${port} at ${addresses.join(", ")}`);
  return each.join("; then ") || "no host";
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
