import type { QuoteResponse } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { readQuote, requireJson } from "../request/read-body.js";
import type { MockState } from "../state/mock-state.js";
import { remainingRate } from "../state/rate-limit.js";
import { findModel, priceSubmit } from "./accept-generation.js";
import { checkInput } from "./check-input.js";
import { checkReferences } from "./check-references.js";

/** The server's default budget of refunds. The mock server counts none. */
const refunds = { max: 100, perMs: 3_600_000, remaining: 100, retryAfterMs: 0 } as const;

/** The quote, which changes nothing. */
export const quoteRoute = {
  async "POST /quote"(state: MockState, request: MockRequest): Promise<Response> {
    const owner = state.caller;
    requireJson(request);
    const { model, input } = readQuote(request);
    const { expectedMs, input: schema } = findModel(state, model);
    const checked = await checkInput(schema, input);
    checkReferences(owner, checked);
    const submit = {
      model,
      input,
      scope: null,
      metadata: null,
      visibility: "own" as const,
      retryOf: null,
      notBefore: null,
      expiresAfterMs: null,
    };
    const { credits, requestedOutputs } = priceSubmit(state, { submit, checked });
    const { settings, isBilled } = state;
    const body: QuoteResponse = {
      credits: isBilled ? credits : null,
      balance: isBilled ? owner.ledger.balance : null,
      expectedAt: expectedMs === undefined ? null : new Date(Date.now() + expectedMs).toISOString(),
      expectedOutputs: requestedOutputs,
      queueLength: state.queueLength,
      limits: {
        concurrent: { max: settings.maxActive, active: Math.min(owner.active.length, settings.maxActive) },
        rate: remainingRate(settings, owner),
        refunds,
      },
      ownerTag: owner.tag,
    };
    return Response.json(body);
  },
};
