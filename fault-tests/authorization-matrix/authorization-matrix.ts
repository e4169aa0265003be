import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../packages/server/src/lib/api/api.js";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { type RouteDescription, routeTable } from "../../packages/server/src/lib/http/routes/route-table.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Storage } from "../../packages/server/src/lib/ports/storage.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof, ProofResult } from "../proof.js";
import { checkOperatorRoutes } from "./operator-matrix.js";
import { operatorRoutes } from "./operator-routes.js";
import { type OwnedResources, ownerGenerations } from "./owner-generations.js";
import { ownerGroups } from "./owner-groups.js";
import { ownerImages } from "./owner-images.js";
import { checkRecognition } from "./public-recognition.js";
import { checkTeams, teamIdentities } from "./team-matrix.js";

/** Built from the route table: a new route is checked automatically, or is a violation. */
export const authorizationMatrix: Proof = {
  id: "F18",
  title: "requests of other callers to every route, also of the operator page, in every state (requests)",
  proves: ["I18"],
  async run({ ground }) {
    const owners = await checkRoutes(Object.entries<RouteDescription>(routeTable), ground);
    const operators = await checkOperatorRoutes(operatorRoutes, ground);
    return {
      runs: owners.runs + operators.runs,
      faults: owners.faults + operators.faults,
      violations: [...owners.violations, ...operators.violations],
      figures: { ...owners.figures, ...operators.figures },
    };
  },
};

/** A caller without access, and the expected status. */
interface UnauthorizedCaller {
  readonly name: string;
  /** The result of `identify`; `null` for an anonymous caller. */
  readonly identity: string | null;
  /** Query for a URL that accepts a signature. */
  readonly query: (resources: OwnedResources) => string;
  readonly status: 401 | 404;
}

const unauthorizedCallers: readonly UnauthorizedCaller[] = [
  { name: "another owner", identity: "eve", query: () => "", status: 404 },
  { name: "another owner of the same account", identity: "eve on the account of ada", query: () => "", status: 404 },
  { name: "another owner with a signature of her own", identity: "eve", query: ({ foreign }) => foreign, status: 404 },
  { name: "an anonymous caller", identity: null, query: () => "", status: 401 },
  {
    name: "an anonymous caller with a signature for Eve's file",
    identity: null,
    query: ({ foreign }) => foreign,
    status: 401,
  },
  { name: "an anonymous caller with a forged signature", identity: null, query: ({ forged }) => forged, status: 401 },
  {
    name: "an anonymous caller with a signature for another file",
    identity: null,
    query: ({ other }) => other,
    status: 401,
  },
];

/** Values of the path parameters other than ids. */
const parts: Readonly<Record<string, string>> = { index: "0", provider: "scripted", token: "forged" };

/** Path parameters with ids of an owner's resources, and ids that do not exist. */
const unknownIds = {
  id: "gen_01900000-0000-7000-8000-00000000ffff",
  groupId: "grp_01900000-0000-7000-8000-00000000ffff",
  inputId: "inp_01900000-0000-7000-8000-00000000ffff",
} as const;

const secret = "a secret that is long enough for a proof";

type IdName = keyof typeof unknownIds;

type NamedRoute = readonly [name: string, route: RouteDescription];

/** Sends every unauthorized request to a set of routes. */
export async function checkRoutes(routes: readonly NamedRoute[], source: GroundSource): Promise<ProofResult> {
  const ground = await openGround(source);
  let time = Date.now();
  const advance = () => {
    time += 1_000;
  };
  const store = ground.open({ now: () => time });
  const storage = memoryStorage();
  const safelight = composeHost({ store, storage });
  const request = async (
    user: string | null,
    { description: { method }, path }: { readonly description: RouteDescription; readonly path: string },
  ): Promise<ResponseSummary> => {
    const headers = new Headers(headersOf(user));
    if (method === "POST") headers.set("content-type", "application/json");
    const body = method === "POST" ? { body: "{}" } : {};
    const url = `http://localhost/api/generations${path}`;
    return summaryOf(await safelight.handler(new Request(url, { method, headers, ...body })));
  };
  const violations: string[] = [];
  let runs = 0;
  const check = (wrong: string | null): void => {
    runs += 1;
    if (wrong !== null) violations.push(wrong);
  };
  try {
    const resources: Readonly<Record<IdName, OwnedResources>> = {
      id: await ownerGenerations(safelight.api, { store, storage, advance }),
      groupId: await ownerGroups(safelight.api),
      inputId: await ownerImages(safelight.api),
    };
    const before = await dataOf(safelight.api);

    for (const [name, route] of routes) {
      const missing = [...route.path.matchAll(/:(\w+)/g)].map(([, part]) => part).filter((part) => !isFilled(part));
      if (missing.length > 0) {
        if (route.access !== "public") violations.push(`${name}: unknown path parameter ${missing.join(", ")}`);
        continue;
      }
      if (route.access === "public") continue;
      const idName = idNameOf(route);
      if (idName === null) {
        const { status } = await request(null, { description: route, path: pathOf(route, "") });
        // A path with other parameters may also be unknown.
        const isRefused = status === 401 || (status === 404 && route.path.includes(":"));
        check(isRefused ? null : `${name} responds to an anonymous caller with ${status}`);
        continue;
      }
      for (const caller of unauthorizedCallers) {
        const query = route.access === "signature" ? caller.query(resources[idName]) : "";
        const at = (id: string) =>
          request(caller.identity, { description: route, path: `${pathOf(route, id)}${query}` });
        const nothing = await at(unknownIds[idName]);
        for (const [state, id] of Object.entries(resources[idName].ids)) {
          const response = await at(id);
          const what = `${name} of a ${state} one responds to ${caller.name}`;
          const expected = route.access === "secret" ? 401 : caller.status;
          check(response.status === expected ? null : `${what} with ${response.status}`);
          check(response.text === nothing.text ? null : `${what} differently than for an unknown id: ${response.text}`);
        }
      }
    }

    await checkTeams(routes, {
      ids: resources.id.ids,
      unknownId: unknownIds.id,
      send: (identity, { route, id, query }) =>
        request(identity, { description: route, path: `${pathOf(route, id)}${query}` }),
      check,
    });
    await checkRecognition({ check, send: (user, file) => recognize(safelight, { headers: headersOf(user), file }) });
    const after = await dataOf(safelight.api);
    check(after === before ? null : `Ada's data changed from ${before} to ${after}`);
    for (const broken of await safelight.audit()) violations.push(`${broken.check}: ${broken.subject}`);

    // Refusals of a route that refuses its owner too, or the holder of the secret, would prove nothing.
    for (const [name, route] of readsFirst(routes)) {
      const idName = idNameOf(route);
      if (idName === null) continue;
      const user = route.access === "secret" ? secret : "ada";
      const responses = await Promise.all(
        Object.values(resources[idName].ids).map((id) =>
          request(user, { description: route, path: pathOf(route, id) }),
        ),
      );
      const isOpen = responses.some(({ status }) => status < 400 || status === 409 || status === 422);
      check(isOpen ? null : `${name} refuses the owner`);
    }
    return { runs, faults: runs, violations, figures: { routes: String(routes.length) } };
  } finally {
    await safelight.close();
    await ground.drop();
  }
}

/** A server whose callers name themselves. */
function composeHost(parts: { readonly store: Store; readonly storage: Storage }) {
  return createSafelight({
    ...parts,
    identify: ({ headers }) => {
      const name = headers.get("x-test-user");
      if (name === "eve on the account of ada") return { ownerId: "eve", accountId: "ada" };
      return teamIdentities.get(name ?? "") ?? name;
    },
    models: { demo: defineModel({ provider: scriptedProvider<unknown>(), input: anyInput, credits: 4 }) },
    secret,
    credits: { initialGrant: 100 },
    recognition: true,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}

/** Returns the body of a response of the public route. */
async function recognize(
  { handler }: Pick<ReturnType<typeof composeHost>, "handler">,
  { file, headers }: { readonly file: Uint8Array<ArrayBuffer>; readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const init = { method: "POST", headers: { ...headers, "content-type": "image/png" }, body: file };
  return (await handler(new Request("http://localhost/api/generations/recognize", init))).text();
}

/** `user` may also be the server's secret. */
function headersOf(user: string | null): Readonly<Record<string, string>> {
  if (user === secret) return { authorization: `Bearer ${secret}` };
  return user === null ? {} : { "x-test-user": user };
}

/** Reads first, since deleted resources cannot be read. */
function readsFirst(routes: readonly NamedRoute[]): readonly NamedRoute[] {
  return routes.toSorted(([, a], [, b]) => Number(a.method !== "GET") - Number(b.method !== "GET"));
}

interface ResponseSummary {
  readonly status: number;
  /** Status, headers and body, without the request id. */
  readonly text: string;
}

async function summaryOf(response: Response): Promise<ResponseSummary> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  const body = (await response.text()).replace(/"requestId":"[^"]*"/, "");
  return { status: response.status, text: JSON.stringify([response.status, headers, body]) };
}

function isFilled(part: string | undefined): boolean {
  return part !== undefined && (part in unknownIds || part in parts);
}

/** The id parameter of a route; `null` for none. */
function idNameOf({ path }: RouteDescription): IdName | null {
  const name = /:(id|groupId|inputId)\b/.exec(path)?.[1];
  return name === "id" || name === "groupId" || name === "inputId" ? name : null;
}

function pathOf({ path }: RouteDescription, id: string): string {
  return Object.entries(parts)
    .reduce((filled, [part, value]) => filled.replace(`:${part}`, value), path)
    .replace(/:(id|groupId|inputId)\b/, id);
}

/** All data that Ada sees. */
async function dataOf(api: Api<ModelMap>): Promise<string> {
  const caller = { ownerId: "ada" };
  const { generations, unseenCount, sequence } = await api.active(caller);
  const { balance } = await api.credits(caller);
  return JSON.stringify({ versions: generations.map(({ version }) => version), unseenCount, sequence, balance });
}
