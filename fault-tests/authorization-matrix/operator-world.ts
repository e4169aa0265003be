import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import type { OperatorRoute } from "./operator-routes.js";

export const origin = "https://app.example";
export const base = `${origin}/admin/safelight`;
export const sameOrigin = { origin, "sec-fetch-site": "same-origin" };
export const reason = "ticket 7";
/** One more than the page accepts. */
export const oversized = "x".repeat(16_385);

export type Headers = Readonly<Record<string, string>>;
export type NamedRoute = readonly [name: string, route: OperatorRoute];

/** A request to the operator page. */
export interface Attempt {
  readonly operator: string | null;
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string | FormData | undefined;
}

/** An active generation of its own for each bulk, and a bulk that is over. Returns the key of the bulk. */
export async function startBulk(store: Store): Promise<string> {
  const id = "gen_01900000-0000-7000-8000-00000000b001";
  await new Scenario(store).accepted({ id, model: "bulk" });
  const action = { actor: "grace", action: "wake", reason, subject: "*" } as const;
  await store.startBulk({ action, key: "bulk_form-0001", ids: [id] });
  return "bulk_form-0001";
}

/** An announcement that waits. Returns its id. */
export async function startDelivery(store: Store): Promise<string> {
  const id = "gen_01900000-0000-7000-8000-00000000b002";
  await new Scenario(store).accepted({ id, credits: 0 });
  await store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
  const { deliveries } = await store.listDeliveries({ limit: 1, scanLimit: 100 });
  return String(deliveries[0]?.id);
}

export interface World {
  readonly ids: Readonly<Record<string, string>>;
  readonly routes: readonly NamedRoute[];
  readonly pathOf: (name: string, id: string) => string;
  readonly send: (attempt: Attempt) => Promise<Response>;
  readonly check: (isRight: boolean, violation: string) => void;
}
