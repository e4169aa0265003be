import { Hono } from "hono";
import { z } from "zod";
import { ownerHeader, price, submitPath } from "./traffic.ts";

/** A valid submit. */
export interface Submit {
  readonly id: string;
  readonly owner: string;
  readonly key: string;
  readonly model: string;
  readonly input: { readonly prompt: string };
  /** The raw body. */
  readonly body: string;
}

/** Result of an accepted submit; `null` for values that the host does not store. */
export interface Accepted {
  readonly balance: number | null;
  readonly sequence: number | null;
}

const submitBody = z.object({
  model: z.literal("poster"),
  input: z.object({ prompt: z.string().min(1).max(2000) }),
  scope: z.string().max(128).optional(),
});

/** The route of all hosts except Safelight: it validates, accepts the submit, and returns a response of the same size. */
export function submitRoute(accept: (submit: Submit) => Accepted | Promise<Accepted>): Hono {
  return new Hono().post(submitPath, async (c) => {
    const owner = c.req.header(ownerHeader);
    const key = c.req.header("idempotency-key");
    if (owner === undefined) return c.json({ code: "unauthenticated" }, 401);
    if (key === undefined) return c.json({ code: "invalid_input" }, 422);
    const body = await c.req.text();
    const parsed = submitBody.safeParse(JSON.parse(body));
    if (!parsed.success) return c.json({ code: "invalid_input", issues: parsed.error.issues }, 422);
    const { input, model } = parsed.data;
    const id = crypto.randomUUID();
    const { balance, sequence } = await accept({ id, owner, key, model, input, body });
    const generation = { ...waiting, id: `gen_${id}`, model, sequence, input, createdAt: new Date().toISOString() };
    return c.json({ generation, credits: { balance } }, 202, { Location: `${submitPath}/gen_${id}` });
  });
}

/** Members of Safelight's response at submit. */
const waiting = {
  kind: "image",
  scope: null,
  metadata: null,
  version: 1,
  ownerTag: "0123456789abcdefghijkl",
  requestedOutputs: 1,
  progress: { value: null, source: "none", queuePosition: null, queuePositionAt: null, etaMs: null, previewUrl: null },
  credits: price,
  refundedCredits: 0,
  notBefore: null,
  expiresAt: null,
  startedAt: null,
  finishedAt: null,
  seenAt: null,
  expectedAt: null,
  cancelRequestedAt: null,
  retryOf: null,
  groupId: null,
  urlsExpireAt: null,
  status: "pending",
};
