import type { Json } from "@safelight/client/contract";
import { InputImageMissing } from "../../ports/input-images.js";
import type {
  OperationStatus,
  PollContext,
  Provider,
  ProviderOutput,
  SubmitOutcome,
  SubmitRequest,
} from "../../ports/provider.js";

interface EveryCustomOptions {
  /** Short and stable: lower-case letters, digits and hyphens, at most 32. It is stored with each attempt. */
  readonly id: string;
  /** From where links among the outputs may be copied, as `Provider.mediaHosts`. @default nowhere */
  readonly mediaHosts?: readonly string[];
  /**
   * How long `run` or `start` may go on without a response and without `onProgress`, in milliseconds, above 0. Then its
   * signal is aborted and the outcome is unknown.
   * @default 300_000
   */
  readonly requestTimeoutMs?: number;
  /**
   * Whether it tells how far it is; otherwise that is estimated from what came before.
   * @default false
   */
  readonly progress?: boolean;
  /**
   * Whether it shows rough pictures on the way.
   * @default false
   */
  readonly partials?: boolean;
}

/** A function that has the outputs when it is done. */
export interface CustomRunOptions<Input> extends EveryCustomOptions {
  /**
   * Makes the outputs. Called once for each attempt, and never again for one whose outcome is unknown: what it throws means
   * that. To refuse, or to tell costs, answer with a whole `SubmitOutcome`.
   */
  readonly run: (request: SubmitRequest<Input>) => Promise<readonly ProviderOutput[] | SubmitOutcome>;
}

/** Work that goes on by itself, and is asked about: it outlives our process. */
export interface CustomJobOptions<Input> extends EveryCustomOptions {
  /** Starts the work: `accepted`, with all that is needed to find it again. Called once for each attempt. */
  readonly start: (request: SubmitRequest<Input>) => Promise<SubmitOutcome>;
  /** Asks how it is doing; throws for what it cannot tell. Free of side effects. */
  readonly poll: (operation: Json, context: PollContext<Input>) => Promise<OperationStatus>;
  /** Absent: it cannot be canceled. */
  readonly cancel?: NonNullable<Provider<Input>["cancel"]>;
  /** Absent: where the answer of `start` was lost, the work is lost. */
  readonly findByToken?: NonNullable<Provider<Input>["findByToken"]>;
}

/**
 * A provider that is a function of the host: a model on its own hardware, or a vendor without an adapter.
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
  const { id, mediaHosts, partials = false, progress = false, requestTimeoutMs } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) {
    throw new RangeError(`"${id}" is no id of a provider: give it at most 32 lower-case letters, digits and hyphens`);
  }
  if (requestTimeoutMs !== undefined && !(requestTimeoutMs > 0)) {
    throw new RangeError(
      `Invalid requestTimeoutMs ${requestTimeoutMs} of the provider "${id}": use milliseconds above 0`,
    );
  }
  const common = {
    id,
    ...(mediaHosts !== undefined && { mediaHosts }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  };
  const capabilities = { webhook: false, progress, partials };
  if ("run" in options) {
    return { ...common, capabilities: { ...capabilities, resumable: false, cancel: false }, submit: submitBy(options) };
  }
  const { cancel, findByToken, poll, start } = options;
  return {
    ...common,
    capabilities: { ...capabilities, resumable: true, cancel: cancel !== undefined },
    submit: async (request) => anAnswer(await called(options, "start", () => start(request)), options, "start"),
    poll: async (operation, context) => anAnswer(await poll(operation, context), options, "poll"),
    ...(cancel !== undefined && { cancel }),
    ...(findByToken !== undefined && { findByToken }),
  };
}

function submitBy<Input>(options: CustomRunOptions<Input>): Provider<Input>["submit"] {
  return async (request) => {
    const answer = await called(options, "run", () => options.run(request));
    return Array.isArray(answer) ? { type: "done", outputs: answer } : anAnswer(answer, options, "run");
  };
}

/**
 * What a function answers. What it throws is named after it: its outcome is as unknown as that of a reply that was lost, and
 * whoever reads the log must not look for it at a vendor.
 */
async function called<Answer>({ id }: EveryCustomOptions, name: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    // Says that nothing was sent, where it passes as it is.
    if (InputImageMissing.isInstance(error)) throw error;
    throw new Error(`${name} of the provider "${id}" threw.`, { cause: error });
  }
}

/**
 * The answer, where it is one. Types do not hold at run time, and a missing `return` is the mistake that is made most.
 *
 * @throws {TypeError} for what is none.
 */
function anAnswer<Answer extends { readonly type: string }>(
  answer: Answer | readonly ProviderOutput[],
  { id }: EveryCustomOptions,
  name: "run" | "start" | "poll",
): Answer {
  if (typeof answer === "object" && answer !== null && "type" in answer) return answer;
  const wanted = { run: "a list of outputs, or a SubmitOutcome", start: "a SubmitOutcome", poll: "an OperationStatus" };
  const given = answer === null ? "null" : Array.isArray(answer) ? "a list" : typeof answer;
  throw new TypeError(`${name} of the provider "${id}" answered with ${given}: it is to answer with ${wanted[name]}.`);
}
