import type { ClientOptions, ListOptions, RetryOptions, SubmitOptions } from "./call-options.js";
import type { AnySafelightClient } from "./client.js";
import type { CreditsResponse } from "./contract/credits.js";
import { type Generation, isTerminal } from "./contract/generation.js";
import type { RecognizeResponse } from "./contract/recognition.js";
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
  type SubmitManyResponse,
  type SubmitResponse,
} from "./contract/wire.js";
import type { Environment } from "./environment.js";
import { reasonOf } from "./requests/abort.js";
import { createIdempotencyKey } from "./requests/create-idempotency-key.js";
import { generationPath } from "./requests/generation-path.js";
import { SafelightError } from "./requests/safelight-error.js";
import { type ClientRequest, createTransport, type RequestWithResult } from "./requests/transport.js";
import { withTimeout } from "./requests/with-timeout.js";
import { lateIterable } from "./watching/late-iterable.js";

/** Enough for the largest upload, a video of 200 MiB, at 2 Mbit/s. */
const uploadTimeoutMs = 900_000;

/** Ids per request, as the server limits them. */
const maxIds = 100;

/** A request that is accepted once for each idempotency key. */
interface Command<Body> extends RequestWithResult<Body> {
  /** Members of its body, besides the options. */
  readonly fields?: object;
  readonly options: SubmitOptions | RetryOptions | undefined;
}

/** Creates a client with an injected environment. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the list of the methods, each a few lines
export function createClient(options: ClientOptions, environment: Environment): AnySafelightClient {
  const { createId = createIdempotencyKey } = options;
  // The entry that `@safelight/react` loads, too: another module would be another chunk.
  const loadLate = () => import("../live.js");
  const transport = createTransport({ options, environment, loadLate });

  // The body is `null` only if no member was requested, and then the caller ignores it.
  const read = async <Body>(request: RequestWithResult<Body>): Promise<Body> =>
    (await transport.send(request)).body as Body;
  const readOne = async (request: ClientRequest): Promise<Generation> =>
    (await read<GenerationResponse>({ ...request, member: "generation" })).generation;
  const list =
    <Body>(path: string, member: keyof Body & string) =>
    // Not the rest of the options: a `queryFn` of TanStack Query passes its whole context.
    ({ signal, of, limit, cursor, status, model, scope, groupId }: ListOptions = {}) =>
      read<Body>({ path, query: { limit, cursor, status, model, scope, groupId }, member, signal, of });
  const accept = <Body>({ fields, options = {}, ...request }: Command<Body>): Promise<Body> => {
    const { idempotencyKey = createId(), ownerTag, signal, ...rest } = options;
    const headers = () => {
      const tag = typeof ownerTag === "function" ? ownerTag() : ownerTag;
      return { [headerNames.idempotencyKey]: idempotencyKey, ...(tag && { [headerNames.ownerTag]: tag }) };
    };
    return read<Body>({ method: "POST", ...request, body: toBody({ ...rest, ...fields }), headers, signal });
  };
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
    cacheKey: transport.cacheKey,
    createId,
    // biome-ignore lint/complexity/useMaxParams: the public API
    submit: async (model, input, options) =>
      accept<SubmitResponse>({ path: "", fields: { model, input }, options, member: "generation" }),
    // biome-ignore lint/complexity/useMaxParams: the public API
    submitMany: async (model, inputs, options) =>
      accept<SubmitManyResponse>({ path: "/many", fields: { model, inputs }, options, member: "generations" }),
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
    get: async (id, { include, ...options } = {}) =>
      readOne({ ...options, path: generationPath(id), query: { include: include?.join() || null } }),
    active: list<ActiveResponse>("/active", "generations"),
    list: list<HistoryResponse>("", "generations"),
    models: list<ModelsResponse>("/models", "models"),
    credits: list<CreditsResponse>("/credits", "entries"),
    cancel: async (id, options) => readOne({ method: "POST", ...options, path: `${generationPath(id)}/cancel` }),
    retry: async (id, options) =>
      accept<SubmitResponse>({ path: `${generationPath(id)}/retry`, options, member: "generation" }),
    async delete(id, options) {
      await read({ ...options, method: "DELETE", path: generationPath(id), keepalive: true });
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
        open: ({ watch }, own) => watch({ transport, of }, { id, signal: own }),
      }),
    async wait(id, { of, signal, timeoutMs = Infinity } = {}) {
      const requestLine = transport.requestLineOf({ path: generationPath(id), of });
      return withTimeout({ environment, signal, timeoutMs, requestLine }, async (own) => {
        for await (const generation of client.watch(id, { of, signal: own })) {
          if (isTerminal(generation)) return generation;
        }
        throw reasonOf(own);
      });
    },
    events: ({ after, of, signal } = {}) =>
      lateIterable({
        environment,
        loadLate,
        signal,
        open: ({ events }, own) => events({ transport, of }, { after, signal: own }),
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
