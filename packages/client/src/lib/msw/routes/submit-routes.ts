import type { Json, JsonObject } from "../../contract/json.js";
import { headerNames, type SubmitResponse } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { isObject, readRetry, readSubmit, requireJson } from "../request/read-body.js";
import { invalidInput, Refusal, toWholeSeconds } from "../request/refusal.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { rateHeaders } from "../state/rate-limit.js";
import { acceptGeneration, findModel, priceSubmit, type Submit } from "./accept-generation.js";
import { checkInput } from "./check-input.js";
import { checkReferences } from "./check-references.js";
import { findGeneration } from "./find-generation.js";
import { pollAfterMs } from "./poll-pace.js";

/** Submit and retry, which an idempotency key makes safe to repeat. */
export const submitRoutes = {
  "POST /": (state: MockState, request: MockRequest): Promise<Response> =>
    once(state, {
      request,
      read: () => {
        const { expectedCredits, ...submit } = readSubmit(request);
        return { submit: { ...submit, retryOf: null }, expectedCredits };
      },
    }),

  "POST /:id/retry": (state: MockState, request: MockRequest): Promise<Response> =>
    once(state, {
      request,
      read: () => {
        const fields = readRetry(request);
        const { model, input, scope, metadata, id } = findGeneration(state.caller, request.id);
        const submit = {
          model,
          input: merge(input, fields),
          scope,
          metadata,
          retryOf: id,
          notBefore: null,
          expiresAfterMs: null,
        };
        return { submit, expectedCredits: null };
      },
    }),
};

/** Takes effect once per key. */
async function once(
  state: MockState,
  {
    request,
    read,
  }: {
    readonly request: MockRequest;
    readonly read: () => { readonly submit: Submit; readonly expectedCredits: number | null };
  },
): Promise<Response> {
  const owner = state.caller;
  requireJson(request);
  if ((request.headers.get(headerNames.ownerTag) ?? owner.tag) !== owner.tag) throw new Refusal("unauthenticated");
  const key = keyOf(request);
  const fingerprint = `${request.path}\n${request.body}`;
  const replay = (): Response | null => {
    const known = key === null ? undefined : owner.submissions.get(key);
    if (known === undefined) return null;
    if (known.fingerprint !== fingerprint) throw new Refusal("idempotency_mismatch");
    const headers = { ...rateHeaders(state.settings, null), [headerNames.idempotentReplayed]: "true" };
    return respond(state, { owner, generation: findGeneration(owner, known.generationId), status: 200, headers });
  };
  const replayed = replay();
  if (replayed !== null) return replayed;
  const { submit, expectedCredits } = read();
  const checked = await checkInput(findModel(state, submit.model).input, submit.input);
  checkReferences(owner, checked);
  // Validation is asynchronous: another request with the same key may have finished.
  const overtaken = replay();
  if (overtaken !== null) return overtaken;
  const priced = priceSubmit(state, { submit, checked });
  if (expectedCredits !== null && expectedCredits !== priced.credits) {
    throw new Refusal("price_changed", { credits: priced.credits });
  }
  const { generation, headers } = acceptGeneration(state, { owner, submit: priced });
  if (key !== null) owner.submissions.set(key, { generationId: generation.id, fingerprint });
  return respond(state, { owner, generation, status: 202, headers });
}

function keyOf({ headers }: MockRequest): string | null {
  const key = headers.get(headerNames.idempotencyKey);
  if (key !== null && !/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidInput("An idempotency key must have 1 to 255 printable ASCII characters.", ["Idempotency-Key"]);
  }
  return key;
}

function merge(input: Json, fields: JsonObject | null): Json {
  if (fields === null) return input;
  if (!isObject(input)) throw invalidInput("The old input is not an object, so it has no fields to replace.", []);
  return { ...input, ...fields };
}

function respond(
  state: MockState,
  {
    owner,
    generation,
    status,
    headers,
  }: {
    readonly owner: MockOwner;
    readonly generation: MockGeneration;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  },
): Response {
  const body: SubmitResponse = {
    generation: state.toWire(owner, generation),
    credits: state.isBilled ? { balance: owner.ledger.balance } : null,
  };
  const pollMs = pollAfterMs([generation]);
  return Response.json(body, {
    status,
    headers: {
      location: `${state.settings.basePath}/${generation.id}`,
      "retry-after": String(toWholeSeconds(pollMs)),
      [headerNames.pollAfterMs]: String(pollMs),
      ...headers,
    },
  });
}
