import { describe, expect, it } from "vitest";
import type { Provider } from "../../ports/provider.js";
import { fal } from "../../provider/fal/fal.js";
import { submitRequest } from "../submit-request.js";
import { createFalVendor } from "../vendors/fal-vendor.js";
import { matrixCells } from "./cells.js";
import { playCell } from "./play-cell.js";
import type { MatrixOptions, MatrixSubject } from "./subject.js";

const openFal = (options: MatrixOptions) =>
  fal("fal-ai/flux/dev", { ...options, keySetUrl: `${options.baseUrl}/.well-known/jwks.json` });

/** An adapter with a fault, in one cell. */
function play(
  title: string,
  open: (options: MatrixOptions) => Provider<unknown>,
  change: Partial<MatrixSubject<unknown>> = {},
) {
  const cell = matrixCells.find((one) => one.title === title);
  if (cell === undefined) throw new Error(`There is no cell "${title}".`);
  const input = (prompt: string) => ({ prompt });
  return playCell({ createVendor: createFalVendor, open, input, inputForTwo: null, ...change }, cell);
}

/** The adapter for fal, with some of it done differently. */
function faulty(change: (provider: Provider<unknown>, options: MatrixOptions) => Partial<Provider<unknown>>) {
  return (options: MatrixOptions): Provider<unknown> => {
    const provider: Provider<unknown> = openFal(options);
    return { ...provider, ...change(provider, options) };
  };
}

describe("the matrix", () => {
  it("says how it ended, and how often the vendor was paid", async () => {
    expect(await play("success", openFal)).toEqual({ type: "holds", end: "completed · 1" });
    expect(await play("one picture of two", openFal, { inputForTwo: (prompt) => ({ prompt, num_images: 2 }) })).toEqual(
      {
        type: "holds",
        end: "completed 1 of 2 · 1",
      },
    );
  });

  it("says why a cell cannot be", async () => {
    const reason = "one paid request makes one picture";
    expect(await play("one picture of two", openFal)).toEqual({ type: "not_applicable", reason });
  });

  it("has no two cells of one title", () => {
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
      "pays when it is polled",
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
      "takes a 500 for a refusal",
      "500 after acceptance",
      /ended as provider_unavailable, not as outcome_unknown/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          const outcome = await submit(request);
          if (outcome.type !== "unknown") return outcome;
          return { type: "rejected", failure: { code: "provider_unavailable", message: "fal answered 500." } };
        },
      })),
    ],
    [
      "says that nothing was taken when something was",
      "success",
      /ended as provider_rejected_input/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return { type: "rejected", failure: { code: "invalid_input", message: "fal answered 422." } };
        },
      })),
    ],
    [
      "does not wait as long as it was asked to",
      "rate limit with `Retry-After`, then success",
      /came again after \d+ ms/,
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
      "calls a failure by another name",
      "refused: `forbidden`",
      /The adapter calls it unauthenticated/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return { type: "rejected", failure: { code: "unauthenticated", message: "fal answered 403." } };
        },
      })),
    ],
    [
      "has its key in a message",
      "refused: `invalid_input`",
      /the log says "the-key"/,
      faulty(({ submit }) => ({
        submit: async (request) => {
          await submit(request);
          return { type: "rejected", failure: { code: "invalid_input", message: "fal refused it of the-key." } };
        },
      })),
    ],
    [
      "asks somebody else with its key",
      "success",
      /http:\/\/localhost:\d+ was asked for something/,
      faulty(({ poll }, { baseUrl, fetch }) => ({
        poll: async (operation, context) => {
          await fetch(baseUrl.replace("127.0.0.1", "localhost"), { headers: { authorization: "Key the-key" } });
          if (poll === undefined) throw new Error("fal is polled.");
          return poll(operation, context);
        },
      })),
    ],
    [
      "takes a word that it does not know for the end",
      "a state that nobody knows",
      /ended as provider_failed, not as completed/,
      faulty(({ poll }) => ({
        poll: async (operation, context) => {
          const status = await poll?.(operation, context);
          if (status?.type === "done") return status;
          return { type: "failed", failure: { code: "provider_error", message: "fal said something else." } };
        },
      })),
    ],
    [
      "takes an answer without a word about the job for its end",
      "questions that break, or are answered with nonsense",
      /ended as provider_failed, not as completed/,
      faulty(({ poll }) => ({
        poll: async (operation, context) => {
          try {
            return (await poll?.(operation, context)) ?? { type: "canceled" };
          } catch {
            return { type: "failed", failure: { code: "provider_error", message: "fal says nothing." } };
          }
        },
      })),
    ],
    [
      "takes its key wherever a link leads",
      "links that lead to another host",
      /http:\/\/localhost:\d+ was asked for something/,
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
      "believes every call-back",
      "call-back forged",
      /The call-back was answered with 200/,
      faulty(() => ({
        verifyWebhook: async ({ body }) => {
          const { request_id: requestId } = JSON.parse(new TextDecoder().decode(body));
          return { deliveryId: requestId, requestId, timestamp: 1_800_000_000_000 };
        },
      })),
    ],
    [
      "does not look at the time of a call-back",
      "call-back stale",
      /The call-back was answered with 200/,
      faulty(({ verifyWebhook }, { now }) => ({
        verifyWebhook: async (request) => {
          const facts = (await verifyWebhook?.(request)) ?? null;
          return facts && { ...facts, timestamp: now() };
        },
      })),
    ],
    [
      "tells a cancel that it never asked for",
      "cancel while running",
      /The vendor goes on with it/,
      faulty(() => ({ cancel: async () => "canceled" })),
    ],
    [
      "takes a job that it cannot find again for one that was never taken",
      "killed at every step",
      /another attempt was made after one that was null, and taken 1 times/,
      faulty(() => ({ findByToken: async () => ({ type: "absent" }) })),
    ],
  ] as const)("goes red for an adapter that %s", async (_, title, complaint, open) => {
    await expect(play(title, open)).rejects.toThrow(complaint);
  });
});
