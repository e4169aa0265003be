import type { Json } from "@safelight/client/contract";
import { expect } from "vitest";
import { type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import type {
  OperationStatus,
  Provider,
  ProviderCapabilities,
  ProviderOutput,
  RawWebhook,
  SubmitOutcome,
} from "../../ports/provider.js";
import { submitRequest } from "../submit-request.js";

/**
 * A provider under test, with a vendor whose time and whims are in the test's hands: a server of the test's own, or
 * recorded answers.
 */
export interface ProviderSubject<Input> {
  readonly provider: Provider<Input>;
  /** Another adapter to the same vendor, as after a restart of the host. */
  reopen(): Provider<Input>;
  /** Lets time pass for the vendor. */
  advance(milliseconds: number): Promise<void>;
  /**
   * How many paid requests the vendor took with a token; refused ones do not count. One that no `submit` has sent counts for
   * every token: nothing else may pay.
   */
  paidRequests(token: string): Promise<number>;
  /**
   * The call-back about the job that was accepted with a token, signed as the vendor signs it. To be there where the adapter
   * has `verifyWebhook`.
   */
  callBack?(token: string): Promise<RawWebhook>;
  readonly inputs: ProviderInputs<Input>;
  /** Takes away what the subject has opened. */
  close?(): Promise<void>;
}

/** Inputs that lead the vendor down each path; `null` where it has no such path. */
export interface ProviderInputs<Input> {
  /** Ends with outputs. */
  readonly succeeding: Input;
  /** Is refused before it is accepted, for a reason that passes. */
  readonly busy: Input | null;
  /** Is refused before it is accepted, for a reason that stays. */
  readonly invalid: Input | null;
  /** Is accepted, and then fails. */
  readonly failing: Input | null;
  /** Is accepted, but the reply does not arrive. */
  readonly losing: Input | null;
}

/** The words of the tests, for the subject of the running test. */
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

  /** Submits what will be accepted. */
  async accept(input: Input, token = "token-1"): Promise<Json> {
    const outcome = await this.submit(input, token);
    if (outcome.type === "accepted") return outcome.operation;
    throw new Error(`The request should be accepted; it is ${outcome.type}.`);
  }

  async poll(operation: Json, provider: Provider<Input> = this.subject.provider): Promise<OperationStatus> {
    const { signal } = new AbortController();
    const context = { input: this.subject.inputs.succeeding, token: "token-1", signal };
    const status = await provider.poll?.(operation, context);
    if (status === undefined) throw new Error("The provider accepted a job that it cannot be asked about.");
    return status;
  }

  /**
   * Asks about a job, at the pace that the provider asks for, until it has ended.
   *
   * @returns everything that was said, in order.
   */
  async follow(
    operation: Json,
    provider: Provider<Input> = this.subject.provider,
  ): Promise<readonly OperationStatus[]> {
    const said: OperationStatus[] = [];
    while (said.length < 1_000) {
      const status = await this.poll(operation, provider);
      said.push(status);
      if (status.type !== "queued" && status.type !== "running") return said;
      await this.subject.advance(Math.max(status.pollAfterMs ?? 1_000, 1));
    }
    throw new Error("The job did not end.");
  }
}

/** Outputs are there: at least one, none empty, and what is to be copied has a whole address. */
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
 * What a provider says that it tells on the way, it tells, and nothing else.
 *
 * @param told what its polls have told of that.
 */
export function expectAsPromised(
  capabilities: Pick<ProviderCapabilities, "progress" | "partials">,
  name: "progress" | "partials",
  told: readonly unknown[],
): void {
  const what = { progress: "a number", partials: "a preview" }[name];
  if (!capabilities[name]) expect(told, `\`capabilities.${name}\` is false, but a poll told ${what}`).toEqual([]);
  else expect(told.length, `\`capabilities.${name}\` is true, but no poll told ${what}`).toBeGreaterThan(0);
}

/** A failure is one of the table, and tells its operator something, but not what the owner typed. */
export function expectFailure(failure: ProviderFailure | null, input: unknown): void {
  if (failure === null) throw new Error("There should be a failure.");
  expect(Object.keys(providerErrors)).toContain(failure.code);
  expect(failure.message).not.toBe("");
  for (const text of textsIn(input)) expect(failure.message).not.toContain(text);
}

/** Texts long enough to be recognised. */
function textsIn(input: unknown): readonly string[] {
  if (typeof input === "string") return input.length >= 8 ? [input] : [];
  return typeof input === "object" && input !== null ? Object.values(input).flatMap(textsIn) : [];
}
