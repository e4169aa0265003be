import { http } from "msw";
import { type Generation, isTerminalStatus } from "../contract/generation.js";
import { pathBelow, type ReceivedRequest, toReceivedRequest } from "./request/mock-request.js";
import { Refusal } from "./request/refusal.js";
import { isRequestTo } from "./request/request-pattern.js";
import { priceSubmit, queueGeneration } from "./routes/accept-generation.js";
import { advance, cancel, complete, fail, markSeen } from "./routes/advance-generation.js";
import { handleRequest } from "./routes/handle-request.js";
import { readActive } from "./routes/read-active.js";
import type { MockServer, SignInOptions } from "./server-commands.js";
import { type MockServerOptions, toServerSettings } from "./server-options.js";
import type { MockGeneration } from "./state/mock-generation.js";
import type { MockOwner } from "./state/mock-owner.js";
import { MockState } from "./state/mock-state.js";

/**
 * Creates an in-memory Safelight server whose generations a test drives. It implements the whole contract that the
 * client uses. Its clock is `Date.now`, and its only timers are those of held requests.
 *
 * @example
 * ```ts
 * import { createMockServer } from "@safelight/client/msw";
 * import { setupServer } from "msw/node";
 *
 * const safelight = createMockServer({ credits: 20, models: { flux: { credits: 4 } } });
 * const server = setupServer(...safelight.handlers);
 * server.listen();
 *
 * const generation = safelight.queue("flux", { prompt: "a lighthouse at dusk" });
 * safelight.progress(generation.id, 0.4);
 * safelight.complete(generation.id);
 * ```
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object of short methods
export function createMockServer<Name extends string>(options: MockServerOptions<Name>): MockServer<Name> {
  const { owner: firstOwner = "owner" } = options;
  const settings = toServerSettings(options);
  const requests: ReceivedRequest[] = [];
  let timelines = 0;
  const newTimeline = (): string => {
    timelines += 1;
    return `timeline-${timelines}`;
  };
  const open = (): MockState => {
    const opened = new MockState(settings, newTimeline());
    opened.signIn(firstOwner);
    return opened;
  };
  let state = open();

  const serve = async (request: Request, path: string): Promise<Response> => {
    const { method, headers, signal } = request;
    const { search, searchParams: query } = new URL(request.url);
    const bytes = new Uint8Array(await request.arrayBuffer());
    const incoming = { method, path, query, headers, signal, bytes, body: new TextDecoder().decode(bytes) };
    const received = toReceivedRequest(incoming, search);
    requests.push(received);
    let from = state;
    const isLost = () => from.isOffline || signal.aborted;
    const respond = async (refusal?: Refusal): Promise<Response> =>
      isLost() ? Response.error() : handleRequest(from, { incoming, refusal });
    const planned = from.isOffline ? null : from.planned.take(incoming);
    let response = await (planned === null ? respond() : planned(received, respond));
    // A held read does not notice a reset: repeat it on the new state. Plans made since do not apply to it.
    while (from.successor !== null && method === "GET") {
      from = from.successor;
      response = await respond();
    }
    return isLost() ? Response.error() : response;
  };

  const resolve = ({ request }: { readonly request: Request }): Promise<Response> | undefined => {
    const path = pathBelow(settings.basePath, new URL(request.url));
    return path === null ? undefined : serve(request, path);
  };

  const signedIn = (): MockOwner => {
    if (state.owner === null) throw new Error("No owner is signed in: call signIn first.");
    return state.owner;
  };

  /** Changes a generation of any owner. */
  const change = (id: string, make: (owner: MockOwner, generation: MockGeneration) => MockGeneration): Generation => {
    const owner = state.ownerOf(id);
    const generation = owner?.get(id);
    if (owner === undefined || generation === undefined) throw new Error(`Unknown generation ${id}.`);
    return state.toWire(owner, make(owner, generation));
  };

  /** Changes a generation that has not finished. */
  const changeActive = (
    id: string,
    make: (owner: MockOwner, generation: MockGeneration) => MockGeneration,
  ): Generation =>
    change(id, (owner, generation) => {
      const { status } = generation;
      if (isTerminalStatus(status))
        throw new Error(`The generation ${id} has already finished: its status is ${status}.`);
      return make(owner, generation);
    });

  const signIn = (owner: string | null, { held = "released", team }: SignInOptions = {}): void => {
    state.signIn(owner, team);
    if (held === "released") state.held.releaseAll();
  };

  return {
    handlers: [http.all(`*${settings.basePath}`, resolve), http.all(`*${settings.basePath}/*`, resolve)],
    requests,
    requestsTo: (request) =>
      requests.filter(({ method, path }) => {
        const [pathname = "", search] = path.split("?", 2);
        return isRequestTo(request, { method, path: pathname, query: new URLSearchParams(search) });
      }),

    get held() {
      return state.held.count;
    },

    get balance() {
      return signedIn().ledger.balance;
    },

    async fetch(request) {
      const response = await resolve({ request });
      request.signal.throwIfAborted();
      if (response === undefined) throw new TypeError(`${request.url} is not below ${settings.basePath}.`);
      if (response.type === "error") throw new TypeError("Failed to fetch");
      return response;
    },

    // biome-ignore lint/complexity/useMaxParams: the public API
    queue(model, input, { scope = null, metadata = null, visibility = "own", retryOf = null } = {}) {
      const owner = signedIn();
      const start = { notBefore: null, expiresAfterMs: null };
      const submit = priceSubmit(state, {
        submit: { model, input, scope, metadata, visibility, retryOf, ...start },
        checked: input,
      });
      const { balance } = owner.ledger;
      if (balance < submit.credits) {
        throw new Error(
          `${model} costs ${submit.credits} credits, and the balance is ${balance}: call grantCredits first.`,
        );
      }
      return state.toWire(owner, queueGeneration(state, { owner, submit }));
    },

    // biome-ignore lint/complexity/useMaxParams: the public API
    progress: (id, value, more = {}) =>
      changeActive(id, (owner, one) => advance(owner, { generation: one, value, options: more })),
    complete: (id, { outputs } = {}) =>
      changeActive(id, (owner, one) =>
        complete(owner, { generation: one, outputCount: outputs ?? one.requestedOutputs }),
      ),
    fail: (id, code = "provider_failed") => changeActive(id, (owner, one) => fail(owner, { generation: one, code })),
    cancel: (id) => change(id, cancel),
    markSeen: (id) => change(id, markSeen),
    get: (id) => change(id, (_, generation) => generation),
    active: () => readActive(state, { owner: signedIn() }),

    delete(id) {
      const owner = state.ownerOf(id);
      if (owner === undefined) throw new Error(`Unknown generation ${id}.`);
      owner.remove(id);
    },

    grantCredits(amount) {
      const owner = signedIn();
      owner.ledger.post({ kind: "grant", amount });
      owner.changed();
    },

    // biome-ignore lint/complexity/useMaxParams: the public API
    refuseNext(request, code, more = {}) {
      state.planned.plan(request, (_, serve) => serve(new Refusal(code, more)));
    },

    loseNext(request, leg = "request") {
      state.planned.plan(request, async (_, serve) => {
        if (leg === "response") await serve();
        return Response.error();
      });
    },

    stallNext: (request, leg = "request") => state.planned.stall(request, leg),
    interceptNext: (request, respond) => state.planned.plan(request, respond),

    breakStreams() {
      state.breaks += 1;
      state.held.wake();
    },

    signIn,
    signOut: (options) => signIn(null, options),

    offline: () => cutOff(state),

    online() {
      state.isOffline = false;
    },

    releaseHeld: () => state.held.releaseAll(),

    restoreBackup({ without = [], keepTimeline = false } = {}) {
      signedIn().restore(without);
      if (!keepTimeline) state.timeline = newTimeline();
      state.held.releaseAll();
    },

    reset() {
      const before = state;
      state = open();
      requests.length = 0;
      before.successor = state;
      cutOff(before);
    },
  };
}

/** Fails held and stalled requests, and all later ones. */
function cutOff(state: MockState): void {
  state.isOffline = true;
  state.planned.release();
  state.held.releaseAll();
}
