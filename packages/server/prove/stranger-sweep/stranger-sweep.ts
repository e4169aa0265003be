import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../src/lib/api/api.js";
import { createSafelight } from "../../src/lib/compose/create-safelight.js";
import { type RouteDescription, routeTable } from "../../src/lib/http/routes/route-table.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { scriptedProvider } from "../../src/lib/testing/fakes/scripted-provider.js";
import type { Proof, ProofResult } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";
import { adasGenerations, type Possessions } from "./adas-generations.js";
import { adasPictures } from "./adas-pictures.js";

/** Made from the route table: a route that is written tomorrow is asked tomorrow, or is a violation. */
export const strangerSweep: Proof = {
  id: "F18",
  title: "strangers at every route, for generations in every state (requests)",
  proves: ["I18"],
  run: () => sweep(Object.entries<RouteDescription>(routeTable)),
};

/** Who asks, and by what right. */
interface Stranger {
  readonly name: string;
  /** What `identify` says of it; `null` for nobody. */
  readonly identity: string | null;
  /** What it adds to a URL that a signature opens. */
  readonly query: (possessions: Possessions) => string;
  readonly status: 401 | 404;
}

const strangers: readonly Stranger[] = [
  { name: "another owner", identity: "eve", query: () => "", status: 404 },
  { name: "another owner of the same account", identity: "eve pays by ada", query: () => "", status: 404 },
  { name: "another owner with a signature of her own", identity: "eve", query: ({ hers }) => hers, status: 404 },
  { name: "nobody", identity: null, query: () => "", status: 401 },
  { name: "nobody, with a signature for a file of her own", identity: null, query: ({ hers }) => hers, status: 401 },
  { name: "nobody, with a signature that was changed", identity: null, query: ({ forged }) => forged, status: 401 },
  { name: "nobody, with a signature for another file", identity: null, query: ({ other }) => other, status: 401 },
];

/** What stands in a path beside an id. */
const parts: Readonly<Record<string, string>> = { index: "0", provider: "scripted", token: "forged" };

/** What names something of ada's in a path, and what names nothing. */
const unknownIds = {
  id: "gen_01900000-0000-7000-8000-00000000ffff",
  inputId: "inp_01900000-0000-7000-8000-00000000ffff",
} as const;

type IdName = keyof typeof unknownIds;

type NamedRoute = readonly [name: string, route: RouteDescription];

/** Asks everything of a set of routes. */
export async function sweep(routes: readonly NamedRoute[]): Promise<ProofResult> {
  const folder = await scratchFolder();
  let time = Date.now();
  const advance = () => {
    time += 1_000;
  };
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, now: () => time });
  const storage = memoryStorage();
  const safelight = createSafelight({
    store,
    storage,
    identify: ({ headers }) => {
      const name = headers.get("x-test-user");
      return name === "eve pays by ada" ? { ownerId: "eve", accountId: "ada" } : name;
    },
    models: { demo: defineModel({ provider: scriptedProvider<unknown>(), input: anything, credits: 4 }) },
    secret: "a secret that is long enough for a proof",
    credits: { initialGrant: 100 },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const ask = async (user: string | null, { method }: RouteDescription, path: string): Promise<Said> => {
    const headers = new Headers({ ...(user !== null && { "x-test-user": user }) });
    if (method === "POST") headers.set("content-type", "application/json");
    const body = method === "POST" ? { body: "{}" } : {};
    const url = `http://localhost/api/generations${path}`;
    return saidBy(await safelight.handler(new Request(url, { method, headers, ...body })));
  };
  const violations: string[] = [];
  let runs = 0;
  const check = (wrong: string | null): void => {
    runs += 1;
    if (wrong !== null) violations.push(wrong);
  };
  try {
    const possessions: Readonly<Record<IdName, Possessions>> = {
      id: await adasGenerations(safelight.api, { store, storage, advance }),
      inputId: await adasPictures(safelight.api),
    };
    const before = await viewOf(safelight.api);

    for (const [name, route] of routes) {
      const unknown = [...route.path.matchAll(/:(\w+)/g)].map(([, part]) => part).filter((part) => !isFilled(part));
      if (unknown.length > 0) {
        if (route.access !== "public") violations.push(`${name}: nobody fills in ${unknown.join(", ")}`);
        continue;
      }
      if (route.access === "public") continue;
      const idName = idNameOf(route);
      if (idName === null) {
        const { status } = await ask(null, route, pathOf(route, ""));
        // Where the path names something, there may be nothing of that name.
        const isRefused = status === 401 || (status === 404 && route.path.includes(":"));
        check(isRefused ? null : `${name} answers nobody with ${status}`);
        continue;
      }
      for (const stranger of strangers) {
        const query = route.access === "signature" ? stranger.query(possessions[idName]) : "";
        const at = (id: string) => ask(stranger.identity, route, `${pathOf(route, id)}${query}`);
        const nothing = await at(unknownIds[idName]);
        for (const [state, id] of Object.entries(possessions[idName].ids)) {
          const said = await at(id);
          const what = `${name} of a ${state} one answers ${stranger.name}`;
          check(said.status === stranger.status ? null : `${what} with ${said.status}`);
          check(said.text === nothing.text ? null : `${what} otherwise than for what is not there: ${said.text}`);
        }
      }
    }

    const after = await viewOf(safelight.api);
    check(after === before ? null : `ada's own view changed from ${before} to ${after}`);
    for (const broken of await safelight.audit()) violations.push(`${broken.check}: ${broken.subject}`);

    // A sweep of what is closed to its owner, too, would prove nothing.
    for (const [name, route] of readsFirst(routes)) {
      const idName = idNameOf(route);
      if (idName === null) continue;
      const answers = await Promise.all(
        Object.values(possessions[idName].ids).map((id) => ask("ada", route, pathOf(route, id))),
      );
      const isOpen = answers.some(({ status }) => status < 400 || status === 409 || status === 422);
      check(isOpen ? null : `${name} is closed to the owner herself`);
    }
    return { runs, faults: runs, violations, figures: { routes: String(routes.length) } };
  } finally {
    await safelight.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is deleted can no longer be read. */
function readsFirst(routes: readonly NamedRoute[]): readonly NamedRoute[] {
  return routes.toSorted(([, a], [, b]) => Number(a.method !== "GET") - Number(b.method !== "GET"));
}

interface Said {
  readonly status: number;
  /** Status, headers and body, without what differs in any two answers. */
  readonly text: string;
}

async function saidBy(response: Response): Promise<Said> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  const body = (await response.text()).replace(/"requestId":"[^"]*"/, "");
  return { status: response.status, text: JSON.stringify([response.status, headers, body]) };
}

function isFilled(part: string | undefined): boolean {
  return part !== undefined && (part in unknownIds || part in parts);
}

/** What a route takes that names something of an owner; `null` for nothing. */
function idNameOf({ path }: RouteDescription): IdName | null {
  const name = /:(id|inputId)\b/.exec(path)?.[1];
  return name === "id" || name === "inputId" ? name : null;
}

function pathOf({ path }: RouteDescription, id: string): string {
  return Object.entries(parts)
    .reduce((filled, [part, value]) => filled.replace(`:${part}`, value), path)
    .replace(/:(id|inputId)\b/, id);
}

/** Everything that ada sees and has. */
async function viewOf(api: Api<ModelMap>): Promise<string> {
  const caller = { ownerId: "ada" };
  const { generations, unseenCount, sequence } = await api.active(caller);
  const { balance } = await api.credits(caller);
  return JSON.stringify({ versions: generations.map(({ version }) => version), unseenCount, sequence, balance });
}

const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;
