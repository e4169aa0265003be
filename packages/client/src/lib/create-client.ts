import { follow, reasonOf } from "./abort.js";
import type { AnySafelightClient, ClientOptions } from "./client.js";
import { isTerminal } from "./contract/generation.js";
import {
  type ActiveResponse,
  type CreditsResponse,
  type GenerationResponse,
  type HistoryResponse,
  headerNames,
  type ModelsResponse,
  type SubmitResponse,
} from "./contract/wire.js";
import { createIdempotencyKey } from "./create-idempotency-key.js";
import type { Environment } from "./environment.js";
import { generationPath } from "./generation-path.js";
import { liveIterable } from "./live-iterable.js";
import { ownerEvents } from "./owner-events.js";
import { SafelightError } from "./safelight-error.js";
import { type ClientRequest, createTransport, type Question } from "./transport.js";
import { withActiveUrls } from "./url-resolver.js";
import { watchGeneration } from "./watch-generation.js";

/** How many ids the server takes at once. */
const longestSeen = 100;

/** Makes a client in an environment of its own. */
export function createClient(options: ClientOptions, environment: Environment): AnySafelightClient {
  const { createId = createIdempotencyKey } = options;
  const transport = createTransport(options, environment);
  const { withUrls } = transport;

  const read = async <Body>(request: Question<Body>): Promise<Body> => (await transport.send(request)).body;
  const one = async (request: ClientRequest) =>
    withUrls((await read<GenerationResponse>({ ...request, member: "generation" })).generation);
  const accept = async (request: ClientRequest, idempotencyKey = createId()): Promise<SubmitResponse> => {
    const headers = { [headerNames.idempotencyKey]: idempotencyKey };
    const response = await read<SubmitResponse>({ ...request, method: "POST", headers, member: "generation" });
    return { ...response, generation: withUrls(response.generation) };
  };

  const client: AnySafelightClient = {
    basePath: transport.basePath,
    createId,
    submit: async (model, input, { scope, metadata, expectedCredits, idempotencyKey, signal } = {}) =>
      accept({ path: "", body: { model, input, scope, metadata, expectedCredits }, signal }, idempotencyKey),
    get: async (id, { signal } = {}) => one({ path: generationPath(id), signal }),
    async active({ scope, signal } = {}) {
      const response = await read<ActiveResponse>({ path: "/active", query: { scope }, member: "generations", signal });
      return withActiveUrls(response, withUrls);
    },
    async list({ signal, limit, cursor, status, model, scope } = {}) {
      const query = { limit, cursor, status, model, scope };
      const response = await read<HistoryResponse>({ path: "", query, member: "generations", signal });
      return { ...response, generations: response.generations.map(withUrls) };
    },
    models: ({ signal } = {}) => read<ModelsResponse>({ path: "/models", member: "models", signal }),
    credits: ({ cursor, signal } = {}) =>
      read<CreditsResponse>({ path: "/credits", query: { cursor }, member: "entries", signal }),
    cancel: async (id, { signal } = {}) =>
      one({ method: "POST", path: `${generationPath(id)}/cancel`, idempotent: true, signal }),
    retry: async (id, { input, idempotencyKey, signal } = {}) =>
      accept({ path: `${generationPath(id)}/retry`, body: { input }, signal }, idempotencyKey),
    async delete(id, { signal } = {}) {
      await read({ method: "DELETE", path: generationPath(id), signal });
    },
    async markSeen(ids, { signal } = {}) {
      for (let start = 0; start < ids.length; start += longestSeen) {
        const body = { ids: ids.slice(start, start + longestSeen) };
        await read({ method: "POST", path: "/seen", body, idempotent: true, signal });
      }
    },
    watch: (id, { signal } = {}) => liveIterable(signal, (own) => watchGeneration(transport, id, own)),
    async wait(id, { signal, timeoutMs = Infinity } = {}) {
      const controller = new AbortController();
      const unfollow = follow(signal, controller);
      const cancelTimeout = environment.schedule(() => controller.abort(), timeoutMs);
      try {
        for await (const generation of client.watch(id, { signal: controller.signal })) {
          if (isTerminal(generation)) return generation;
        }
        if (signal?.aborted) throw reasonOf(signal);
        throw new SafelightError("timeout", `${id} did not end within ${timeoutMs} ms`);
      } finally {
        cancelTimeout();
        unfollow();
      }
    },
    events: ({ after, signal } = {}) => liveIterable(signal, (own) => ownerEvents(transport, after, own)),
  };
  return client;
}
