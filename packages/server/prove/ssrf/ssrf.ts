import { isDeepStrictEqual } from "node:util";
import { guardedCopier } from "../../src/lib/copier/guarded-copier.js";
import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { bundleScript } from "../bundle-script.js";
import { networkNamespaces, notPermitted, unroutable } from "../namespace/network-namespace.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { allowedCourses, hostileCourses } from "./allowed-courses.js";
import type { Connection, Course } from "./course.js";
import { type CourseHost, startCourseHost } from "./course-host.js";
import { literalCourses, nameCourses, resolverCourses, urlCourses } from "./forbidden-courses.js";
import { randomCourse } from "./random-course.js";
import { watchSockets } from "./watch-sockets.js";
import { workersCourses } from "./workers-courses.js";

const randomOnes = { short: 500, long: 20_000 };
const maxBytes = 100_000;
/** In no message, and with no host but the first. */
const secret = "signature-of-the-vendor";

/** Links, redirects and resolvers that lead inside, by every spelling of an address: the copier connects to none. */
export const ssrf: Proof = {
  id: "F19",
  title: "links, redirects and resolvers that lead elsewhere than they may (courses)",
  proves: ["I25"],
  run: playAll,
};

async function playAll({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  const corpus = [
    ...allowedCourses(),
    ...hostileCourses(),
    ...urlCourses(),
    ...nameCourses(),
    ...literalCourses(),
    ...resolverCourses(),
  ];
  const lost = await followUnroutable();
  const bySocket = [...corpus, ...Array.from({ length: randomOnes[scale] }, () => randomCourse(random))];
  const byFetch = workersCourses();
  const courses = [...bySocket, ...byFetch];
  const host = await startCourseHost();
  const sockets = watchSockets();
  try {
    const violations: string[] = [...lost.violations];
    for (const [done, course] of courses.entries()) {
      const way = done < bySocket.length ? "sockets" : "fetch";
      violations.push(...(await play(host, course, way)).map((what) => `${course.name}: ${what}`));
      onProgress?.(done, courses.length);
    }
    const { connections, ports } = host.internet;
    const strays = new Set(sockets.attempts.filter((to) => !ports.some((port) => to === `127.0.0.1:${port}`)));
    violations.push(...[...strays].map((to) => `a connection to ${to} was begun, past the one that opens them`));
    if (sockets.attempts.length < connections.length) violations.push("connections were not seen");
    const wrong = courses.filter(({ ends }) => ends !== "copied").length;
    const figures = {
      "written down": count(corpus.length),
      "of these, by fetch too": count(byFetch.length),
      "made up": count(randomOnes[scale]),
      "that must be copied": count(courses.length - wrong),
      connections: count(connections.length),
      "without a route": lost.figure,
    };
    return { runs: courses.length + lost.runs, faults: wrong + lost.runs, violations, figures };
  } finally {
    sockets.stop();
    await host.close();
  }
}

/** Links to public addresses, copied by processes whose kernel refuses the connection at once: none may end for it. */
async function followUnroutable() {
  const namespaces = await networkNamespaces();
  if (namespaces === null) return { runs: 0, violations: [], figure: notPermitted };
  const script = await bundleScript(new URL("./unroutable-links.ts", import.meta.url));
  const violations: string[] = [];
  let runs = 0;
  try {
    for (const routes of unroutable) {
      // The script prints this; a process that ended rejects with what it wrote before.
      const result = (await namespaces
        .run(script.path, routes)
        .catch((error: unknown) => ({ runs: 0, violations: [`the process ended: ${String(error)}`] }))) as Following;
      runs += result.runs;
      violations.push(...result.violations.map((what) => `a link with ${routes.name}: ${what}`));
    }
  } finally {
    await script.remove();
  }
  return { runs, violations, figure: `${count(runs)} in ${unroutable.length} namespaces` };
}

/** As `unroutable-links.ts` prints it. */
interface Following {
  readonly runs: number;
  readonly violations: readonly string[];
}

/** Plays one. Gives what was not as it had to be. */
async function play(host: CourseHost, course: Course, way: "sockets" | "fetch"): Promise<readonly string[]> {
  const { ground, connections, requests } = host.internet;
  const { fetched, workers } = host;
  const [madeBefore, fetchedBefore, askedBefore] = [connections.length, fetched.length, requests.length];
  host.play(course);
  const outcome = await guardedCopier(way === "sockets" ? ground : workers)
    .copy({
      url: course.urls[0],
      headers: { authorization: secret },
      hosts: course.hosts,
      maxBytes,
      signal: AbortSignal.timeout(20_000),
    })
    .catch((error: unknown) => ({ type: "thrown", error: String(error) }) as const);

  const connected = connections.slice(madeBefore).map(({ hostname, port, addresses }) => ({
    hostname,
    port,
    addresses: addresses.map(({ address }) => address),
  }));
  const made = [...connected, ...fetched.slice(fetchedBefore)];
  const expected = course.connects.map(withPort);
  const violations: string[] = [];
  if (!isDeepStrictEqual(made, expected)) violations.push(`it connected to ${textOf(made)}, not ${textOf(expected)}`);
  if (outcome.type !== course.ends) violations.push(`it was ${JSON.stringify(outcome)}, not ${course.ends}`);
  const [, ...later] = requests.slice(askedBefore);
  if (later.some(({ headers }) => headers.authorization !== undefined)) violations.push("a redirect got the key");
  if (later.some(({ headers }) => headers.cookie !== undefined)) violations.push("a cookie was kept");
  if (JSON.stringify(outcome).includes(secret)) violations.push("the key was told");
  if (outcome.type === "copied") await outcome.close();
  return violations;
}

function withPort({ hostname, addresses, port = 443 }: Connection): Required<Connection> {
  return { hostname, port, addresses };
}

function textOf(connections: readonly Required<Connection>[]): string {
  const each = connections.map(({ hostname, port, addresses }) => `${hostname}:${port} at ${addresses.join(", ")}`);
  return each.join("; then ") || "nobody";
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
