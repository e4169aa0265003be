import type { HandoverResponse, PersonResponse } from "../../server/visitor-routes.ts";

/** Messages between the tabs of this browser. A tab does not receive its own. */
const tabs = new BroadcastChannel("safelight-demo:visitor");

/** Reloads the page when another tab has switched the visitor, which drops the state of the previous visitor. */
export function reloadOnVisitorChange(): void {
  tabs.onmessage = () => location.reload();
}

const topUpKey = "safelight-demo:top-up";

/** Requests of the visitor. Each rejects with an `Error` whose message can be shown. */
export const visitor = {
  /** Creates a one-time link with which another device continues as this visitor. */
  createLink: async (): Promise<HandoverResponse> => (await post("/api/visitor/handover")).json(),

  /** Consumes a link and switches this browser to its visitor. */
  redeemLink: async (token: string): Promise<void> => {
    await post("/api/visitor/handover/redeem", { body: { token } });
    reloadOtherTabs();
  },

  /**
   * Adds credits. A retry after a failed request has the same idempotency key, so the credits are granted once.
   *
   * @param balance the shown balance. A changed balance means that the failed request was applied, so a new key is used.
   */
  topUp: async (balance: number): Promise<void> => {
    const [storedKey, storedBalance] = (sessionStorage.getItem(topUpKey) ?? "").split(" ");
    const key = storedKey && storedBalance === String(balance) ? storedKey : createIdempotencyKey();
    sessionStorage.setItem(topUpKey, `${key} ${balance}`);
    await post("/api/visitor/top-up", { headers: { "idempotency-key": key } });
    sessionStorage.removeItem(topUpKey);
  },

  /** The person of the team that this browser is. */
  person: async (): Promise<PersonResponse> => {
    const response = await fetch("/api/visitor/person");
    if (!response.ok) throw new Error("The server cannot be reached. Try again in a moment.");
    return response.json();
  },

  /** Switches to the other person of the team, and opens the team's gallery. */
  switchPerson: async (): Promise<void> => {
    await post("/api/visitor/switch-person");
    reloadOtherTabs();
    sessionStorage.clear();
    // A page load drops the state of the other person.
    location.assign("/history?of=team");
  },

  /** Switches to a new visitor and opens the Studio. */
  startOver: async (): Promise<void> => {
    await post("/api/visitor/start-over");
    reloadOtherTabs();
    sessionStorage.clear();
    // A page load drops the state of the previous visitor.
    location.assign("/");
  },
};

function reloadOtherTabs(): void {
  tabs.postMessage("changed");
}

/** 128 random bits. `crypto.randomUUID` is undefined on plain http. */
function createIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join("");
}

async function post(
  path: string,
  { body = {}, headers = {} }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => null);
  const detail = typeof problem === "object" && problem !== null && "detail" in problem ? problem.detail : null;
  throw new Error(typeof detail === "string" ? detail : "The server cannot be reached. Try again in a moment.");
}
