import type { Json } from "@safelight/client/contract";
import { checkOptionNames } from "../../model/check-option-names.js";
import { InputFileUnavailable } from "../../ports/input-files.js";
import type {
  OperationStatus,
  PollContext,
  Provider,
  ProviderOutput,
  SubmitOutcome,
  SubmitRequest,
} from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { withSetupCode } from "../../ports/setup-error.js";
import { resolveLimits } from "../kit/resolve-limits.js";

interface EveryCustomOptions {
  /** Provider id, stored with each attempt: 1–32 lowercase letters, digits or hyphens. */
  readonly id: string;
  /** Hosts from which output links may be copied, see `Provider.mediaHosts`. @default none */
  readonly mediaHosts?: readonly string[];
  /**
   * Maximum time of `run` or `start` without a response or `onProgress`, in milliseconds, above 0. Then the signal aborts
   * and the outcome is unknown.
   * @default 300_000
   */
  readonly requestTimeoutMs?: number;
  /** Limits of the account or the hardware behind it. @default none */
  readonly limits?: ProviderLimits | false | undefined;
  /**
   * Whether it reports progress. Otherwise the server estimates progress from past durations.
   * @default false
   */
  readonly progress?: boolean;
  /**
   * Whether it reports previews.
   * @default false
   */
  readonly previews?: boolean;
}

/** Options for a function that returns the outputs. */
export interface CustomRunOptions<Input> extends EveryCustomOptions {
  /**
   * Makes the outputs. Called once per attempt, and never again after an unknown outcome. A thrown error means an unknown
   * outcome. To reject or to report costs, return a `SubmitOutcome`.
   */
  readonly run: (request: SubmitRequest<Input>) => Promise<readonly ProviderOutput[] | SubmitOutcome>;
}

/** Options for jobs that survive a restart of this process and are polled. */
export interface CustomJobOptions<Input> extends EveryCustomOptions {
  /** Starts a job. Returns `accepted` with an operation from which `poll` can find the job. Called once per attempt. */
  readonly start: (request: SubmitRequest<Input>) => Promise<SubmitOutcome>;
  /** Reads the status of a job. Throws if it cannot be read now. Free of side effects. */
  readonly poll: (operation: Json, context: PollContext<Input>) => Promise<OperationStatus>;
  /** Without it, jobs cannot be canceled. */
  readonly cancel?: NonNullable<Provider<Input>["cancel"]>;
  /** Without it, a job is lost if the result of `start` was lost. */
  readonly findByToken?: NonNullable<Provider<Input>["findByToken"]>;
}

/**
 * Provider from the host's own functions, for a model on its own hardware or a vendor without an adapter.
 *
 * @example
 * ```ts
 * const studio = custom<{ prompt: string }>({
 *   id: "studio",
 *   run: async ({ input, signal }) => [{ bytes: await paint(input.prompt, signal), contentType: "image/png" }],
 * });
 * ```
 * @throws {RangeError} for an invalid id, or a `requestTimeoutMs` not above 0.
 */
export function custom<Input>(options: CustomRunOptions<Input> | CustomJobOptions<Input>): Provider<Input> {
  checkOptionNames<Partial<CustomRunOptions<Input> & CustomJobOptions<Input>>>(options, {
    where: "custom",
    names: {
      id: "required",
      mediaHosts: true,
      requestTimeoutMs: true,
      limits: true,
      progress: true,
      previews: true,
      run: true,
      start: true,
      poll: true,
      cancel: true,
      findByToken: true,
    },
  });
  const { id, mediaHosts, previews = false, progress = false, requestTimeoutMs } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`Invalid provider id "${id}": use 1–32 lowercase letters, digits or hyphens`),
    );
  }
  if (requestTimeoutMs !== undefined && !(requestTimeoutMs > 0)) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`Invalid requestTimeoutMs ${requestTimeoutMs} of the provider "${id}": use milliseconds above 0`),
    );
  }
  const limits = resolveLimits(options.limits, { key: id });
  const common = {
    id,
    ...(limits !== undefined && { limits }),
    ...(mediaHosts !== undefined && { mediaHosts }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  };
  const capabilities = { webhook: false, progress, previews };
  if ("run" in options) {
    return { ...common, capabilities: { ...capabilities, resumable: false, cancel: false }, submit: submitBy(options) };
  }
  const { cancel, findByToken, poll, start } = options;
  return {
    ...common,
    capabilities: { ...capabilities, resumable: true, cancel: cancel !== undefined },
    submit: async (request) =>
      checkedResult(await called(options, { name: "start", call: () => start(request) }), { options, name: "start" }),
    poll: async (operation, context) => checkedResult(await poll(operation, context), { options, name: "poll" }),
    ...(cancel !== undefined && { cancel }),
    ...(findByToken !== undefined && { findByToken }),
  };
}

function submitBy<Input>(options: CustomRunOptions<Input>): Provider<Input>["submit"] {
  return async (request) => {
    const response = await called(options, { name: "run", call: () => options.run(request) });
    return Array.isArray(response)
      ? { type: "done", outputs: response }
      : checkedResult(response, { options, name: "run" });
  };
}

/**
 * Calls a function and names it in its error, so that the log does not point to a vendor. The outcome is unknown, as
 * after a lost response.
 */
async function called<Result>(
  { id }: EveryCustomOptions,
  { name, call }: { readonly name: string; readonly call: () => Promise<Result> },
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    // This error proves that nothing was sent, so it must stay recognizable.
    if (InputFileUnavailable.isInstance(error)) throw error;
    throw new Error(`${name} of the provider "${id}" threw.`, { cause: error });
  }
}

/**
 * Validates a result. Types do not hold at run time, and a missing `return` is the most common mistake.
 *
 * @throws {TypeError} for an invalid result.
 */
function checkedResult<Result extends { readonly type: string }>(
  response: Result | readonly ProviderOutput[],
  { options: { id }, name }: { readonly options: EveryCustomOptions; readonly name: "run" | "start" | "poll" },
): Result {
  if (typeof response === "object" && response !== null && "type" in response) return response;
  const wanted = { run: "a list of outputs, or a SubmitOutcome", start: "a SubmitOutcome", poll: "an OperationStatus" };
  const given = response === null ? "null" : Array.isArray(response) ? "a list" : typeof response;
  throw new TypeError(`${name} of the provider "${id}" returned ${given}: it must return ${wanted[name]}.`);
}
