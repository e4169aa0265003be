import type { ClientOptions, ListOptions, SubmitOptions } from "./call-options.js";
import type { AnySafelightClient } from "./client.js";
import type { CreditsResponse } from "./contract/credits.js";
import { type Generation, isTerminal } from "./contract/generation.js";
import {
  type ActiveResponse,
  type ClaimNoticesBody,
  type GenerationResponse,
  type GroupResponse,
  type HistoryResponse,
  headerNames,
  type InputResponse,
  type ModelsResponse,
  type NoticesResponse,
  type QuoteResponse,
  type RecognizeResponse,
  type SubmitManyResponse,
  type SubmitResponse,
} from "./contract/wire.js";
import type { Environment } from "./environment.js";
import { onAbort, reasonOf } from "./requests/abort.js";
import { createIdempotencyKey } from "./requests/create-idempotency-key.js";
import { generationPath } from "./requests/generation-path.js";
import { SafelightError } from "./requests/safelight-error.js";
import { type ClientRequest, createTransport, type RequestWithResult } from "./requests/transport.js";
import { lateIterable } from "./watching/late-iterable.js";

/** Enough for an image of many megabytes over a slow connection. */
const uploadTimeoutMs = 900_000;

/** Ids per request, as the server limits them. */
const maxIds = 100;

/** Creates a client with an injected environment. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the list of the methods, each a few lines
export function createClient(options: ClientOptions, environment: Environment): AnySafelightClient {
  const { createId = createIdempotencyKey } = options;
  // The entry that `@safelight/react` loads, too: another module would be another chunk.
  const loadLate = () => import("../live.js");
  const transport = createTransport({ options, environment, loadLate });
  const cacheKey = options.cacheKey ?? transport.address;
  const context = { transport, cacheKey };

  // `null` only without a requested member, and then the body is not used.
  const read = async <Body>(request: RequestWithResult<Body>): Promise<Body> =>
    (await transport.send(request)).body as Body;
  const readOne = async (request: ClientRequest): Promise<Generation> =>
    (await read<GenerationResponse>({ ...request, member: "generation" })).generation;
  const list =
    <Body>(path: string, member: keyof Body & string) =>
    // Not the rest of the options: a `queryFn` of TanStack Query passes its whole context.
    ({ signal, of, limit, cursor, status, model, scope, groupId }: ListOptions = {}) =>
      read<Body>({ path, query: { of, limit, cursor, status, model, scope, groupId }, member, signal });
  const accept = <Body = SubmitResponse>(
    request: RequestWithResult<Body>,
    { idempotencyKey = createId(), ownerTag }: Pick<SubmitOptions, "idempotencyKey" | "ownerTag">,
  ): Promise<Body> =>
    read<Body>({
      method: "POST",
      ...request,
      headers: { [headerNames.idempotencyKey]: idempotencyKey, ...(ownerTag && { [headerNames.ownerTag]: ownerTag }) },
    });
  const sendFile = <Body>(request: RequestWithResult<Body>): Promise<Body> =>
    read<Body>({ method: "POST", timeoutMs: uploadTimeoutMs, ...request });
  const sendIds = async (
    request: ClientRequest,
    { ids, ...fields }: { readonly ids: readonly string[]; readonly claim?: string },
  ): Promise<void> => {
    for (let start = 0; start < ids.length; start += maxIds) {
      const body = JSON.stringify({ ...fields, ids: ids.slice(start, start + maxIds) });
      await read({ method: "POST", ...request, body });
    }
  };

  const client: AnySafelightClient = {
    cacheKey,
    createId,
    // biome-ignore lint/complexity/useMaxParams: the public API
    submit: async (model, input, { idempotencyKey, ownerTag, signal, ...fields } = {}) =>
      accept(
        { path: "", body: toBody({ ...fields, model, input }), signal, member: "generation" },
        { idempotencyKey, ownerTag },
      ),
    // biome-ignore lint/complexity/useMaxParams: the public API
    submitMany: async (model, inputs, { idempotencyKey, ownerTag, signal, ...fields } = {}) =>
      accept<SubmitManyResponse>(
        { path: "/many", body: toBody({ ...fields, model, inputs }), signal, member: "generations" },
        { idempotencyKey, ownerTag },
      ),
    cancelGroup: (groupId, options) =>
      read<GroupResponse>({
        method: "POST",
        ...options,
        path: `/groups/${encodeURIComponent(groupId)}/cancel`,
        member: "generations",
      }),
    uploadInput: async (body, options) =>
      (await sendFile<InputResponse>({ ...options, path: "/inputs", body, member: "input" })).input,
    recognize: async (body, options) =>
      (await sendFile<RecognizeResponse>({ ...options, path: "/recognize", body, member: "file" })).file,
    get: async (id, { include, of, ...options } = {}) =>
      readOne({ ...options, path: generationPath(id), query: { of, include: include?.join() || null } }),
    active: list<ActiveResponse>("/active", "generations"),
    list: list<HistoryResponse>("", "generations"),
    models: list<ModelsResponse>("/models", "models"),
    credits: list<CreditsResponse>("/credits", "entries"),
    cancel: async (id, { of, ...options } = {}) =>
      readOne({ method: "POST", ...options, path: `${generationPath(id)}/cancel`, query: { of } }),
    retry: async (id, { input, expectedCredits, signal, ...action } = {}) => {
      const body = toBody({ input, expectedCredits });
      return accept({ path: `${generationPath(id)}/retry`, body, signal, member: "generation" }, action);
    },
    async delete(id, { of, ...options } = {}) {
      await read({ ...options, method: "DELETE", path: generationPath(id), query: { of }, keepalive: true });
    },
    markSeen: (ids, options) => sendIds({ ...options, path: "/seen" }, { ids }),
    // biome-ignore lint/complexity/useMaxParams: the public API
    quote: async (model, input, options) =>
      read<QuoteResponse>({
        method: "POST",
        ...options,
        path: "/quote",
        body: toBody({ model, input }),
        member: "limits",
      }),
    claimNotices: (claim, options) =>
      read<NoticesResponse>({
        method: "POST",
        ...options,
        path: "/notices/claim",
        body: JSON.stringify(toClaim(claim)),
        member: "generations",
      }),
    // biome-ignore lint/complexity/useMaxParams: the public API
    confirmNotices: (claim, ids, options) =>
      sendIds({ ...options, path: "/notices/confirm", keepalive: true }, { ids, ...toClaim(claim) }),
    watch: (id, { of, signal } = {}) =>
      lateIterable({
        environment,
        loadLate,
        signal,
        open: ({ watch }, own) => watch({ ...context, of }, { id, signal: own }),
      }),
    async wait(id, { of, signal, timeoutMs = Infinity } = {}) {
      const controller = new AbortController();
      const unsubscribe = onAbort(signal, (reason) => controller.abort(reason));
      const timeout = () =>
        controller.abort(new SafelightError("timeout", `${id} did not finish within ${timeoutMs} ms`));
      // A timer would fire after its maximum delay.
      const cancelTimer = timeoutMs === Infinity ? () => {} : environment.schedule(timeout, timeoutMs);
      try {
        for await (const generation of client.watch(id, { of, signal: controller.signal })) {
          if (isTerminal(generation)) return generation;
        }
        throw reasonOf(controller.signal);
      } finally {
        cancelTimer();
        unsubscribe();
      }
    },
    events: ({ after, of, signal } = {}) =>
      lateIterable({
        environment,
        loadLate,
        signal,
        open: ({ events }, own) => events({ ...context, of }, { after, signal: own }),
      }),
  };
  return client;
}

/** @throws {SafelightError} invalid_input for circular references, bigints and other values that JSON cannot represent */
function toBody(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new SafelightError("invalid_input", "The input is not JSON", { cause });
  }
}

/** Replaces characters that a claim does not allow, and shortens it: ids of a host's `createId` may have them. */
function toClaim(id: string): ClaimNoticesBody {
  return { claim: id.replace(/[^\w-]/g, "-").slice(-128) };
}
