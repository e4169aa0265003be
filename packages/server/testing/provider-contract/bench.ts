import type { Json } from "@safelight/client/contract";
import { expect } from "vitest";
import { type ProviderFailure, providerErrors } from "../../src/lib/generation/provider-failure.js";
import type {
  OperationStatus,
  Provider,
  ProviderCapabilities,
  ProviderOutput,
  RawWebhook,
  SubmitOutcome,
} from "../../src/lib/ports/provider.js";
import { submitRequest } from "../submit-request.js";

/** A provider under test and control over its vendor: a test server or recorded responses. */
export interface ProviderSubject<Input> {
  readonly provider: Provider<Input>;
  /** Creates another adapter for the same vendor, as after a restart of the host. */
  reopen(): Provider<Input>;
  /** Advances the vendor's clock. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Number of paid requests that the vendor accepted with a token, without refused ones. A paid request outside of
   * `submit` counts for every token: nothing else may pay.
   */
  paidRequests(token: string): Promise<number>;
  /** The signed webhook for the job that was accepted with a token. Required if the adapter has `verifyWebhook`. */
  createWebhook?(token: string): Promise<RawWebhook>;
  readonly inputs: ProviderInputs<Input>;
  /** Releases the resources of the subject. */
  close?(): Promise<void>;
}

/** Inputs that select a behavior of the vendor; `null` if the vendor does not have it. */
export interface ProviderInputs<Input> {
  /** Completes with outputs. */
  readonly succeeding: Input;
  /** Refused before acceptance, with a retryable failure. */
  readonly busy: Input | null;
  /** Refused before acceptance, with a final failure. */
  readonly invalid: Input | null;
  /** Accepted, and then fails. */
  readonly failing: Input | null;
  /** Accepted, but the response is lost. */
  readonly losing: Input | null;
}

/** Operations of the contract tests on the subject of the running test. */
export class ProviderBench<Input> {
  readonly subject: ProviderSubject<Input>;

  constructor(subject: ProviderSubject<Input>) {
    this.subject = subject;
  }

  submit(input: Input, token = "token-1"): Promise<SubmitOutcome> {
    const webhookUrl = `https://host.example/webhooks/${token}`;
    const { capabilities } = this.subject.provider;
    return this.subject.provider.submit(submitRequest({ input, token, ...(capabilities.webhook && { webhookUrl }) }));
  }

  /** Submits an input that the vendor accepts. */
  async accept(input: Input, token = "token-1"): Promise<Json> {
    const outcome = await this.submit(input, token);
    if (outcome.type === "accepted") return outcome.operation;
    throw new Error(`Expected an accepted request, got ${outcome.type}.`);
  }

  async poll(operation: Json, provider: Provider<Input> = this.subject.provider): Promise<OperationStatus> {
    const { signal } = new AbortController();
    const context = { input: this.subject.inputs.succeeding, token: "token-1", signal };
    const status = await provider.poll?.(operation, context);
    if (status === undefined) throw new Error("The provider accepted a job, but has no poll.");
    return status;
  }

  /**
   * Polls a job at the provider's interval until it has ended.
   *
   * @returns all statuses, in order.
   */
  async follow(
    operation: Json,
    provider: Provider<Input> = this.subject.provider,
  ): Promise<readonly OperationStatus[]> {
    const statuses: OperationStatus[] = [];
    while (statuses.length < 1_000) {
      const status = await this.poll(operation, provider);
      statuses.push(status);
      if (status.type !== "queued" && status.type !== "running") return statuses;
      await this.subject.advance(Math.max(status.pollAfterMs ?? 1_000, 1));
    }
    throw new Error("The job did not end.");
  }
}

/** Expects at least one output, no empty one, and absolute URLs. */
export function expectMedia(outputs: readonly ProviderOutput[]): void {
  expect(outputs.some((output) => !("failure" in output))).toBe(true);
  for (const output of outputs) {
    if ("url" in output) expect(URL.canParse(output.url)).toBe(true);
    if (!("bytes" in output)) continue;
    expect(output.bytes.byteLength).toBeGreaterThan(0);
    expect(output.contentType).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
  }
}

/**
 * Expects that a capability and the reports of the polls agree.
 *
 * @param reported reported values.
 */
export function expectCapability(
  capabilities: Pick<ProviderCapabilities, "progress" | "previews">,
  name: "progress" | "previews",
  reported: readonly unknown[],
): void {
  const what = { progress: "a number", previews: "a preview" }[name];
  if (!capabilities[name])
    expect(reported, `\`capabilities.${name}\` is false, but a poll reported ${what}`).toEqual([]);
  else expect(reported.length, `\`capabilities.${name}\` is true, but no poll reported ${what}`).toBeGreaterThan(0);
}

/** Expects a known error code, and a message without text of the input. */
export function expectFailure(failure: ProviderFailure | null, input: unknown): void {
  if (failure === null) throw new Error("Expected a failure.");
  expect(Object.keys(providerErrors)).toContain(failure.code);
  expect(failure.message).not.toBe("");
  for (const text of textsIn(input)) expect(failure.message).not.toContain(text);
}

/** Strings that are long enough to recognize. */
function textsIn(input: unknown): readonly string[] {
  if (typeof input === "string") return input.length >= 8 ? [input] : [];
  return typeof input === "object" && input !== null ? Object.values(input).flatMap(textsIn) : [];
}
