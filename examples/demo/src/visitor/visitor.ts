import type { HandoverResponse } from "../../server/visitor-routes.ts";

/** What this tab hears from the others; it does not hear itself. */
const tabs = new BroadcastChannel("safelight-demo:visitor");

/** Begins again when another tab has changed who is at this browser: nothing that is in memory belongs to the new one. */
export function reloadOnVisitorChange(): void {
  tabs.onmessage = () => location.reload();
}

const topUpKey = "safelight-demo:top-up";

/** What concerns who is at this browser. Each call rejects with a message that may be shown. */
export const visitor = {
  /** Makes a link that hands this visitor to another device. */
  createLink: async (): Promise<HandoverResponse> => (await post("/api/visitor/handover")).json(),

  /** Becomes the visitor of a link, which is used up by it. */
  redeemLink: async (token: string): Promise<void> => {
    await post("/api/visitor/handover/redeem", { token });
    reloadOtherTabs();
  },

  /**
   * Adds credits, once: a press that failed is repeated under its key.
   *
   * @param balance what the page shows now. A key is of one balance: once that has changed, a press is another top-up.
   */
  topUp: async (balance: number): Promise<void> => {
    const [kept, of] = (sessionStorage.getItem(topUpKey) ?? "").split(" ");
    const key = kept && of === String(balance) ? kept : createIdempotencyKey();
    sessionStorage.setItem(topUpKey, `${key} ${balance}`);
    await post("/api/visitor/top-up", {}, { "idempotency-key": key });
    sessionStorage.removeItem(topUpKey);
  },

  /** Becomes a new visitor, and begins again at the Studio. */
  startOver: async (): Promise<void> => {
    await post("/api/visitor/start-over");
    reloadOtherTabs();
    sessionStorage.clear();
    // A fresh page: nothing that is in memory belongs to the new visitor.
    location.assign("/");
  },
};

function reloadOtherTabs(): void {
  tabs.postMessage("changed");
}

/** Unique enough for one visitor, also on plain http, where `randomUUID` is absent. */
function createIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join("");
}

async function post(
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
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
