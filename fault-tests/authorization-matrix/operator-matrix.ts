import { Hono } from "hono";
import { type AdminOperator, resolveAdminOptions } from "../../packages/server/src/lib/admin/admin-options.js";
import { createAdminRouter } from "../../packages/server/src/lib/admin/admin-router.js";
import { createAdmin } from "../../packages/server/src/lib/admin/create-admin.js";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import { anyAction } from "../../packages/server/src/lib/ports/store/operator-store.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { operatorAccessOf } from "../../packages/server/src/lib/service/operator-access.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { ProofResult } from "../proof.js";
import { checkHostileTexts } from "./check-hostile-texts.js";
import {
  bodyTypes,
  foreignSources,
  hostileTexts,
  methods,
  type OperatorRoute,
  operatorRoutes,
} from "./operator-routes.js";
import {
  type Attempt,
  base,
  origin,
  oversized,
  reason,
  sameOrigin,
  startBulk,
  startDelivery,
  type World,
} from "./operator-world.js";
import { ownerGenerations } from "./owner-generations.js";

/**
 * Sends requests of callers without access, of operators without a permission, and of other sites to every route of the
 * operator page.
 *
 * @param known the routes with a row. A route of the page that has none is a violation.
 */
export async function checkOperatorRoutes(
  known: Readonly<Record<string, OperatorRoute>>,
  source: GroundSource,
): Promise<ProofResult> {
  const ground = await openGround(source);
  let time = Date.now();
  const store = ground.open({ now: () => time });
  const storage = memoryStorage();
  const failures: string[] = [];
  const safelight = createSafelight({
    store,
    storage,
    identify: () => null,
    models: { demo: defineModel({ provider: scriptedProvider<unknown>(), input: anyInput, credits: 4 }) },
    secret: "a secret that is long enough for a proof",
    credits: { initialGrant: 100 },
    // A target of announcements.
    hooks: { onRefunded: () => {} },
    logger: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (_, { event, error }) => {
        if (event === "admin.failed") failures.push(String(error));
      },
    },
  });
  const violations: string[] = [];
  let runs = 0;
  const check = (isRight: boolean, violation: string): void => {
    runs += 1;
    if (!isRight) violations.push(violation);
  };
  try {
    const advance = () => {
      time += 1_000;
    };
    const owned = await ownerGenerations(safelight.api, { store, storage, advance });
    const ids = { ...owned.ids, bulk: await startBulk(store), delivery: await startDelivery(store) };
    const names = namesOf(safelight);
    for (const name of names.keys()) check(Object.hasOwn(known, name), `${name} has no row in operator-routes.ts`);
    for (const name of Object.keys(known)) check(names.has(name), `${name} is no route`);
    const routes = Object.entries(known).filter(([name]) => names.has(name));
    const pathOf = (name: string, id: string) => (names.get(name) ?? "").replace(":id", id);

    const admin = createAdmin(safelight, {
      authorize: ({ headers }) => operatorOf(headers.get("x-test-operator")),
      origins: [origin],
    });
    const host = new Hono().get("/home", (c) => c.text("home")).route("/admin/safelight", admin.app);
    const send = async ({ operator, method, path, headers = {}, body }: Attempt) =>
      host.request(path, {
        method,
        headers: { ...headers, ...(operator !== null && { "x-test-operator": operator }) },
        ...(body !== undefined && { body }),
      });
    const world = { ids, routes, pathOf, send, check };
    const before = await rowsOf(store, ids);

    await checkUnauthorized(world);
    await checkPermissions(world);
    await checkSources(world);
    await checkHostileTexts(world);
    check((await rowsOf(store, ids)) === before, "a refused request changed a row, or was recorded");

    await checkPermitted(world, store);
    for (const failure of failures) violations.push(`the page failed: ${failure}`);
    for (const broken of await safelight.audit()) violations.push(`${broken.check}: ${broken.subject}`);
    return { runs, faults: runs, violations, figures: { "operator routes": String(routes.length) } };
  } finally {
    await safelight.close();
    await ground.drop();
  }
}

/** A caller without access receives the host's own response to an unknown path. */
async function checkUnauthorized({ check, ids, pathOf, routes, send }: World): Promise<void> {
  const bodies: readonly (readonly [type: string, body: string])[] = [
    [bodyTypes.form, `reason=${reason}`],
    [bodyTypes.json, JSON.stringify({ reason })],
    [bodyTypes.form, oversized],
  ];
  for (const method of methods) {
    const isBodied = !["GET", "HEAD"].includes(method);
    const unknown = await summaryOf(await send({ operator: null, method, path: `${origin}/unknown` }));
    for (const [name] of [...routes, ["GET /nothing", { permission: null }] as const]) {
      const path = base + (pathOf(name, ids.completed ?? "") || "/nothing");
      for (const operator of [null, "broken", "nameless"]) {
        for (const [type, body] of isBodied ? bodies : [["", ""] as const]) {
          const headers = { ...sameOrigin, ...(isBodied && { "content-type": type }) };
          const summary = await summaryOf(
            await send({ operator, method, path, headers, body: isBodied ? body : undefined }),
          );
          check(summary === unknown, `${method} on the path of ${name} without access responds with ${summary}`);
        }
      }
    }
  }
}

/** An operator without the permission is refused, whatever the id and the body. */
async function checkPermissions({ check, ids, pathOf, routes, send }: World): Promise<void> {
  for (const [name, { permission, fields }] of routes) {
    if (permission === null) continue;
    for (const operator of ["read", "none", `all but ${permission}`]) {
      for (const id of [...Object.values(ids), ...hostileTexts.slice(0, 6)]) {
        for (const body of [JSON.stringify({ reason, ...fields }), "{", oversized]) {
          const headers = { ...sameOrigin, "content-type": bodyTypes.json };
          if (id.trim() === "") continue;
          const path = base + pathOf(name, encodeURIComponent(id));
          const { status } = await send({ operator, method: "POST", path, headers, body });
          check(status === 403, `${name} of ${id} responds to an operator with ${operator} with ${status}`);
        }
      }
    }
  }
}

/** A write from another site is refused, also with every permission. */
async function checkSources({ check, ids, pathOf, routes, send }: World): Promise<void> {
  for (const [name, { fields, state = "completed" }] of routes) {
    if (!name.startsWith("POST ")) continue;
    const path = base + pathOf(name, ids[state] ?? "");
    const all = { reason, ...fields };
    for (const [what, source] of Object.entries(foreignSources)) {
      for (const [type, contentType] of Object.entries(bodyTypes)) {
        // Without browser headers, JSON is accepted: no other site can send it.
        if (what === "no origin" && type === "json") continue;
        const body = type === "form" ? new URLSearchParams(all).toString() : JSON.stringify(all);
        const headers = { ...source, "content-type": contentType };
        const { status } = await send({ operator: "everything", method: "POST", path, headers, body });
        check(status === 403, `${name} as ${type} from ${what} responds with ${status}`);
      }
    }
    // A name of an attacker that resolves to this server: the browser sends the same host in both headers.
    const rebound = "http://rebound.example";
    for (const type of Object.values(bodyTypes)) {
      const headers = { origin: rebound, "sec-fetch-site": "same-origin", "content-type": type };
      const attempt = { operator: "everything", method: "POST", path: path.replace(origin, rebound), headers };
      const { status } = await send({ ...attempt, body: JSON.stringify(all) });
      check(status === 403, `${name} under a foreign host responds with ${status}`);
    }
    // An upload has another limit.
    if (name === "POST /files") continue;
    for (const type of [bodyTypes.form, bodyTypes.json]) {
      const headers = { ...sameOrigin, "content-type": type };
      // A bulk has room for its ids as well.
      const body = name.startsWith("POST /bulk/") ? oversized.repeat(4) : oversized;
      const { status } = await send({ operator: "everything", method: "POST", path, headers, body });
      check(status === 413, `${name} responds to ${body.length} bytes with ${status}`);
    }
  }
}

/** Refusals of a route that refuses every caller would prove nothing: each one works, and is recorded once. */
async function checkPermitted({ check, ids, pathOf, routes, send }: World, store: Store): Promise<void> {
  for (const [name, { permission, fields, query = "", state = "completed" }] of routes) {
    const path = base + pathOf(name, ids[state] ?? "") + query;
    if (permission === null) {
      const method = name.split(" ")[0] ?? "";
      const status = (
        await send({ operator: "read", method, path, headers: sameOrigin, body: uploadOf(method, fields) })
      ).status;
      check(status === (method === "GET" ? 200 : 303), `${name} refuses an operator that may read with ${status}`);
      continue;
    }
    const countRecords = async () => {
      const records = await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 100 });
      return records.filter(
        ({ action, bulk, outcome, subject }) =>
          action === permission && outcome === "applied" && (bulk === null || subject === "*"),
      ).length;
    };
    const records = await countRecords();
    const permitted = await send({
      operator: `only ${permission}`,
      method: "POST",
      path,
      headers: { ...sameOrigin, "content-type": bodyTypes.form, accept: "application/json" },
      body: new URLSearchParams({ reason, ...fields }).toString(),
    });
    check(permitted.status === 200, `${name} refuses an operator with its permission with ${permitted.status}`);
    check((await countRecords()) === records + 1, `${name} was not recorded once`);
  }
}

/** A form with files, `undefined` for a method without a body. */
function uploadOf(method: string, fields: OperatorRoute["fields"] = {}): FormData | undefined {
  if (method === "GET") return undefined;
  const form = new FormData();
  for (const [name, text] of Object.entries(fields)) form.set(name, new File([text], "name"));
  return form;
}

const permissions = Object.values(operatorRoutes).flatMap(({ permission }) => permission ?? []);

function operatorOf(name: string | null): AdminOperator | null {
  if (name === null) return null;
  if (name === "broken") throw new Error("no session store");
  if (name === "nameless") return { actor: "", may: "everything" };
  if (name === "everything" || name === "read") return { actor: name, may: name };
  // `reveal` shows the errors, too.
  const missing = name === "all but reveal_vendor_details" ? [name, "all but reveal"] : [name];
  return {
    actor: name,
    may: permissions.filter((permission) =>
      name.startsWith("all but ") ? !missing.includes(`all but ${permission}`) : name === `only ${permission}`,
    ),
  };
}

/** The routes of the page: the path of each name. Hashes of assets are no part of a name. */
function namesOf(safelight: object): ReadonlyMap<string, string> {
  const settings = resolveAdminOptions({ authorize: () => null });
  const { routes } = createAdminRouter({ access: operatorAccessOf(safelight), settings, newKey: () => "" });
  const handlers = routes.filter(({ method }) => method !== "ALL");
  return new Map(
    handlers.map(({ method, path }) => [`${method} ${path.replace(/(?<=^\/assets\/)[0-9a-f]+/, ":hash")}`, path]),
  );
}

async function summaryOf(response: Response): Promise<string> {
  return JSON.stringify([response.status, [...response.headers], await response.text()]);
}

/** All rows that an action could change. */
async function rowsOf(store: Store, ids: Readonly<Record<string, string>>): Promise<string> {
  const details = await Promise.all(Object.values(ids).map((id) => store.getDetail({ id })));
  const generations = details.map((detail) => [detail?.generation, detail?.summary, detail?.entries]);
  const credits = await store.listCredits({ accountId: "ada", limit: 100, before: null });
  const actions = await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 100 });
  return JSON.stringify([generations, credits, actions]);
}
