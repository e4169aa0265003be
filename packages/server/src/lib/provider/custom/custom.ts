import type { Json } from "@safelight/client/contract";
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
 * @throws {RangeError} when the id is none.
 */
export function custom<Input>(options: CustomRunOptions<Input> | CustomJobOptions<Input>): Provider<Input> {
  const { id, mediaHosts, partials = false, progress = false } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id)) {
    throw new RangeError(`"${id}" is no id of a provider: give it at most 32 lower-case letters, digits and hyphens`);
  }
  const common = { id, ...(mediaHosts !== undefined && { mediaHosts }) };
  const capabilities = { webhook: false, progress, partials };
  if ("run" in options) {
    return { ...common, capabilities: { ...capabilities, resumable: false, cancel: false }, submit: submitBy(options) };
  }
  const { cancel, findByToken, poll, start } = options;
  return {
    ...common,
    capabilities: { ...capabilities, resumable: true, cancel: cancel !== undefined },
    submit: async (request) => start(request),
    poll: async (operation, context) => poll(operation, context),
    ...(cancel !== undefined && { cancel }),
    ...(findByToken !== undefined && { findByToken }),
  };
}

function submitBy<Input>({ run }: CustomRunOptions<Input>): Provider<Input>["submit"] {
  return async (request) => {
    const answer = await run(request);
    return "type" in answer ? answer : { type: "done", outputs: answer };
  };
}
