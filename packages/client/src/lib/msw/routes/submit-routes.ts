import type { Json, JsonObject } from "../../contract/json.js";
import { headerNames, type SubmitManyResponse, type SubmitResponse } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { isObject, readInputs, readRetry, readSubmit, readSubmitFields, requireJson } from "../request/read-body.js";
import { invalidInput, invalidInputs, Refusal, toWholeSeconds } from "../request/refusal.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { rateHeaders } from "../state/rate-limit.js";
import { acceptGenerations, findModel, priceSubmit, type Submit } from "./accept-generation.js";
import { checkInput } from "./check-input.js";
import { checkReferences } from "./check-references.js";
import { findGeneration } from "./find-generation.js";
import { pollAfterMs } from "./poll-pace.js";

const maxInputs = 100;

/** The submits of one request. */
interface ParsedSubmits {
  readonly submits: readonly Submit[];
  /** Id of a new group, whose issues have paths that begin with `inputs` and the index; `null` for a single submit. */
  readonly groupId: string | null;
  /** The price of all that the user saw; `null` if the request has none. */
  readonly expectedCredits: number | null;
}

/** Submits and retry, which an idempotency key makes safe to repeat. */
export const submitRoutes = {
  "POST /": (state: MockState, request: MockRequest): Promise<Response> =>
    acceptOnce(state, {
      request,
      read: () => {
        const { expectedCredits, ...submit } = readSubmit(request);
        return { submits: [{ ...submit, retryOf: null }], groupId: null, expectedCredits };
      },
    }),

  "POST /many": (state: MockState, request: MockRequest): Promise<Response> =>
    acceptOnce(state, {
      request,
      read: () => {
        const { expectedCredits, ...shared } = readSubmitFields(request);
        const { maxActive, rate } = state.settings;
        const inputs = readInputs(request, Math.min(maxInputs, maxActive, rate?.requests ?? maxInputs));
        const groupId = state.newGroupId();
        return {
          submits: inputs.map((input) => ({ ...shared, input, retryOf: null, groupId })),
          groupId,
          expectedCredits,
        };
      },
    }),

  "POST /:id/retry": (state: MockState, request: MockRequest): Promise<Response> =>
    acceptOnce(state, {
      request,
      read: () => {
        const { fields, expectedCredits } = readRetry(request);
        const { model, input, scope, metadata, visibility, id } = findGeneration(state.caller, request.id);
        const start = { notBefore: null, expiresAfterMs: null };
        const submit = { model, input: merge(input, fields), scope, metadata, visibility, retryOf: id, ...start };
        return { submits: [submit], groupId: null, expectedCredits };
      },
    }),
};

/** Accepts the submits of a request once per idempotency key. A repeat receives the response to the first request. */
async function acceptOnce(
  state: MockState,
  { request, read }: { readonly request: MockRequest; readonly read: () => ParsedSubmits },
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
    const { generationId, groupId } = known;
    const ofGroup = owner.generations.filter((one) => groupId !== null && one.groupId === groupId).reverse();
    const generations = ofGroup.length > 0 ? ofGroup : [findGeneration(owner, generationId)];
    return respond(state, { owner, generations, groupId, status: 200, headers });
  };
  const replayed = replay();
  if (replayed !== null) return replayed;
  const { submits, groupId, expectedCredits } = read();
  if (owner.team === null && submits.some(({ visibility }) => visibility === "team")) {
    throw invalidInput("You are in no team.", ["visibility"]);
  }
  const checked: unknown[] = [];
  for (const [index, { model, input }] of submits.entries()) {
    try {
      checked.push(await checkInput(findModel(state, model).input, input));
      checkReferences(owner, checked[index]);
    } catch (error) {
      throw groupId === null ? error : atIndex(error, index);
    }
  }
  // Validation is asynchronous: another request with the same key may have finished.
  const concurrent = replay();
  if (concurrent !== null) return concurrent;
  const priced = submits.map((submit, index) => priceSubmit(state, { submit, checked: checked[index] }));
  const credits = priced.reduce((sum, one) => sum + one.credits, 0);
  if (expectedCredits !== null && expectedCredits !== credits) throw new Refusal("price_changed", { credits });
  const { generations, headers } = acceptGenerations(state, { owner, submits: priced });
  const [first] = generations;
  if (key !== null && first) owner.submissions.set(key, { generationId: first.id, groupId, fingerprint });
  return respond(state, { owner, generations, groupId, status: 202, headers });
}

function atIndex(error: unknown, index: number): unknown {
  if (!(error instanceof Refusal) || error.code !== "invalid_input") return error;
  const issues = error.options.issues ?? [];
  return invalidInputs(issues.map((issue) => ({ ...issue, path: ["inputs", index, ...issue.path] })));
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
    generations,
    groupId,
    status,
    headers,
  }: {
    readonly owner: MockOwner;
    readonly generations: readonly MockGeneration[];
    readonly groupId: string | null;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  },
): Response {
  const credits = state.isBilled ? { balance: owner.ledger.balance } : null;
  const wire = generations.map((generation) => state.toWire(owner, generation));
  const [generation] = wire;
  if (generation === undefined) throw new Refusal("not_found");
  const body: SubmitResponse | SubmitManyResponse =
    groupId === null ? { generation, credits } : { groupId, generations: wire, credits };
  const pollMs = pollAfterMs(generations);
  return Response.json(body, {
    status,
    headers: {
      location: `${state.settings.basePath}${groupId === null ? `/${generation.id}` : `?groupId=${groupId}`}`,
      "retry-after": String(toWholeSeconds(pollMs)),
      [headerNames.pollAfterMs]: String(pollMs),
      ...headers,
    },
  });
}
