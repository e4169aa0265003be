import type { SubmitOutcome } from "../../ports/provider.js";
import { maxResponseBytes } from "../kit/request/max-response-bytes.js";
import { readResponse } from "../kit/request/vendor-request.js";
import { outcomeOfError } from "./cloudflare-failure.js";
import { cloudflareOutput } from "./cloudflare-output.js";
import { readResult } from "./read-result.js";

/** The part of `env.AI` that the adapter uses. A test can fake it with one method. */
export interface WorkersAi {
  run(
    model: string,
    inputs: Record<string, unknown>,
    options?: { readonly signal?: AbortSignal; readonly gateway?: WorkersAiGateway },
  ): Promise<unknown>;
}

/** An AI Gateway that requests pass through. */
export interface WorkersAiGateway {
  readonly id: string;
  readonly skipCache?: boolean;
  readonly collectLog?: boolean;
}

/** One paid request through the binding. */
export interface BindingRun {
  readonly binding: WorkersAi;
  readonly gateway: WorkersAiGateway | undefined;
  readonly model: string;
  readonly inputs: Readonly<Record<string, unknown>> | FormData;
  readonly maxOutputBytes?: number | undefined;
  readonly signal: AbortSignal;
}

/** Runs a model through the binding, once. */
export async function runByBinding({ binding, gateway, inputs, model, ...run }: BindingRun): Promise<SubmitOutcome> {
  const { maxOutputBytes, signal } = run;
  // A gateway may be configured to retry. A paid request must be sent only once.
  const options = { signal, ...(gateway && { gateway: { ...gateway, retries: { maxAttempts: 1 as const } } }) };
  let given: unknown;
  try {
    given = await binding.run(model, inputs instanceof FormData ? asMultipart(inputs) : { ...inputs }, options);
  } catch (error) {
    return outcomeOfError(error) ?? { type: "unknown", reason: `The Workers AI binding threw ${nameOf(error)}.` };
  }
  if (given instanceof Response) {
    return readResult(await readResponse(given, { maxBytes: maxResponseBytes(maxOutputBytes) }), {
      maxBytes: maxOutputBytes,
      now: Date.now(),
    });
  }
  const output = await cloudflareOutput(given, { maxBytes: maxOutputBytes });
  if (output !== null) return { type: "done", outputs: [output] };
  return { type: "unknown", reason: "The Workers AI binding returned an unknown result." };
}

/** `FormData` does not expose its boundary; a `Response` made from it does. */
function asMultipart(form: FormData): Record<string, unknown> {
  const { body, headers } = new Response(form);
  return { multipart: { body, contentType: headers.get("content-type") } };
}

/** The name only, because the message may repeat the prompt. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
