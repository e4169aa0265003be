import { describe, expect, it } from "vitest";
import type { Provider } from "../../src/lib/ports/provider.js";
import { fal } from "../../src/lib/provider/fal/fal.js";
import { submitRequest } from "../submit-request.js";
import { createFalVendor } from "../vendors/fal-vendor.js";
import { matrixCells } from "./cells.js";
import { playCell } from "./play-cell.js";
import type { MatrixOptions, MatrixSubject } from "./subject.js";

const openFal = (options: MatrixOptions) =>
  fal("fal-ai/flux/dev", { ...options, keySetUrl: `${options.baseUrl}/.well-known/jwks.json` });

/** Runs a faulty adapter through one cell. */
function play(
  title: string,
  open: (options: MatrixOptions) => Provider<unknown>,
  change: Partial<MatrixSubject<unknown>> = {},
) {
  const cell = matrixCells.find((one) => one.title === title);
  if (cell === undefined) throw new Error(`No cell "${title}".`);
  const input = (prompt: string) => ({ prompt });
  return playCell({ createVendor: createFalVendor, open, input, inputForTwo: null, ...change }, cell);
}

/** The fal adapter with changed methods. */
function faulty(change: (provider: Provider<unknown>, options: MatrixOptions) => Partial<Provider<unknown>>) {
  return (options: MatrixOptions): Provider<unknown> => {
    const provider: Provider<unknown> = openFal(options);
    return { ...provider, ...change(provider, options) };
  };
}

describe("the matrix", () => {
  it("reports the final state and the number of paid requests", async () => {
    expect(await play("success", openFal)).toEqual({ type: "holds", end: "completed · 1" });
    expect(await play("one image of two", openFal, { inputForTwo: (prompt) => ({ prompt, num_images: 2 }) })).toEqual({
      type: "holds",
      end: "completed 1 of 2 · 1",
    });
  });

  it("reports why a cell does not apply", async () => {
    const reason = "one paid request makes one image";
    expect(await play("one image of two", openFal)).toEqual({ type: "not_applicable", reason });
  });

  it("has unique titles", () => {
    expect(new Set(matrixCells.map(({ title }) => title)).size).toBe(matrixCells.length);
  });

  it.each([
    [
      "sends the paid request twice",
      "success",
      /attempt 1 was paid for 2 times|The vendor was paid 2 times/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return submit(request);
        },
      })),
    ],
    [
      "pays on a poll",
      "success",
      /the vendor was paid \d+ times outside of submit/,
      faulty(({ poll, submit }) => ({
        poll: async (operation, context) => {
          await submit(submitRequest({ input: context.input }));
          return (await poll?.(operation, context)) ?? { type: "canceled" };
        },
      })),
    ],
    [
      "reports a 500 as a refusal",
      "500 after acceptance",
      /ended as provider_unavailable, not as outcome_unknown/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          const outcome = await submit(request);
          if (outcome.type !== "unknown") return outcome;
          return { type: "rejected", failure: { code: "provider_unavailable", message: "fal responded with 500." } };
        },
      })),
    ],
    [
      "rejects an accepted request",
      "success",
      /ended as provider_rejected_input/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return { type: "rejected", failure: { code: "invalid_input", message: "fal responded with 422." } };
        },
      })),
    ],
    [
      "retries earlier than requested",
      "rate limit with `Retry-After`, then success",
      /The retry came after \d+ ms/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          const outcome = await submit(request);
          if (outcome.type !== "rejected") return outcome;
          const { code, message } = outcome.failure;
          return { type: "rejected", failure: { code, message } };
        },
      })),
    ],
    [
      "reports another error code",
      "refused: `forbidden`",
      /The adapter reported unauthenticated/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return { type: "rejected", failure: { code: "unauthenticated", message: "fal responded with 403." } };
        },
      })),
    ],
    [
      "puts its key into a message",
      "refused: `invalid_input`",
      /the log contains "the-key"/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return {
            type: "rejected",
            failure: { code: "invalid_input", message: "fal refused the request of the-key." },
          };
        },
      })),
    ],
    [
      "sends its key to another host",
      "success",
      /http:\/\/localhost:\d+ received a request/,
      faulty(({ poll }, { baseUrl, fetch }) => ({
        poll: async (operation, context) => {
          await fetch(baseUrl.replace("127.0.0.1", "localhost"), { headers: { authorization: "Key the-key" } });
          if (poll === undefined) throw new Error("fal is polled.");
          return poll(operation, context);
        },
      })),
    ],
    [
      "fails a job with an unknown state",
      "an unknown state",
      /ended as provider_failed, not as completed/,
      faulty(({ poll }) => ({
        poll: async (operation, context) => {
          const status = await poll?.(operation, context);
          if (status?.type === "done") return status;
          return { type: "failed", failure: { code: "provider_error", message: "fal has an unknown state." } };
        },
      })),
    ],
    [
      "fails a job after an inconclusive response",
      "polls that fail or return nonsense",
      /ended as provider_failed, not as completed/,
      faulty(({ poll }) => ({
        poll: async (operation, context) => {
          try {
            return (await poll?.(operation, context)) ?? { type: "canceled" };
          } catch {
            return { type: "failed", failure: { code: "provider_error", message: "fal did not respond." } };
          }
        },
      })),
    ],
    [
      "sends its key to any link",
      "links to another host",
      /http:\/\/localhost:\d+ received a request/,
      faulty((_, { baseUrl, fetch }) => ({
        submit: async ({ signal }) => {
          const init = { method: "POST", headers: { authorization: "Key the-key" }, body: "{}", signal };
          const { status_url: operation } = await (await fetch(`${baseUrl}/fal-ai/flux/dev`, init)).json();
          return { type: "accepted", operation };
        },
        poll: async (operation) => {
          await fetch(String(operation), { headers: { authorization: "Key the-key" } });
          return { type: "failed", failure: { code: "output_rejected", message: "fal made nothing." } };
        },
      })),
    ],
    [
      "accepts every webhook",
      "forged webhook",
      /The webhook got the status 200/,
      faulty(() => ({
        verifyWebhook: async ({ body }) => {
          const { request_id: requestId } = JSON.parse(new TextDecoder().decode(body));
          return { deliveryId: requestId, requestId, timestamp: 1_800_000_000_000 };
        },
      })),
    ],
    [
      "ignores the time of a webhook",
      "expired webhook",
      /The webhook got the status 200/,
      faulty(({ verifyWebhook }, { now }) => ({
        verifyWebhook: async (request) => {
          const facts = (await verifyWebhook?.(request)) ?? null;
          return facts && { ...facts, timestamp: now() };
        },
      })),
    ],
    [
      "reports a cancellation that it never requested",
      "cancel while running",
      /The vendor received no cancel request/,
      faulty(() => ({ cancel: async () => "canceled" })),
    ],
    [
      "reports a missing job as never accepted",
      "killed at every step",
      /attempt 1 was null and accepted 1 times, but another attempt followed/,
      faulty(() => ({ findByToken: async () => ({ type: "absent" }) })),
    ],
  ] as const)("fails for an adapter that %s", async (_, title, complaint, open) => {
    await expect(play(title, open)).rejects.toThrow(complaint);
  });
});
