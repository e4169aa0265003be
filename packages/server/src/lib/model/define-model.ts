import type { MediaKind } from "@safelight/client/contract";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkRefundPolicy, type RefundPolicy } from "../generation/refund-policy.js";
import type { Provider, SubmitOutcome, SubmitRequest } from "../ports/provider.js";
import { checkOptionNames } from "./check-option-names.js";
import { withOwnIds } from "./provider-chain.js";
import { refusePromise } from "./refuse-promise.js";

/** Who asks, as `identify` said. */
export interface Caller {
  readonly ownerId: string;
  readonly accountId: string;
}

/**
 * A provider that is content with what a schema gives. Parameters of methods are compared both ways, those of function
 * properties are not: stating `submit` as one is what refuses a provider that needs more. Stated first, it is also what the
 * compiler complains of: that the schema lacks a field, and not that the provider does.
 */
type ProviderOf<Parsed> = {
  readonly submit: (request: SubmitRequest<Parsed>) => Promise<SubmitOutcome>;
} & Provider<Parsed>;

/** The kinds of media whose bytes the worker can check and keep. */
type StorableKind = Extract<MediaKind, "image">;

/** What a model is made of. */
export interface ModelOptions<Input, Parsed> {
  /**
   * Who makes it. An array is a fallback chain: the next one is tried after a definite failure of the one before,
   * never after an unknown outcome.
   */
  readonly provider:
    | ProviderOf<NoInfer<Parsed>>
    | readonly [ProviderOf<NoInfer<Parsed>>, ...ProviderOf<NoInfer<Parsed>>[]];
  /**
   * Checks and completes the input; any Standard Schema (zod, valibot, arktype …) whose output is of its input's type, which
   * is the wire's. Defaults pass, and transforms that keep the type. One that changes it (`z.string().transform(Number)`)
   * does not compile, and the compiler says so at `provider`: history shows and a retry repeats the input as it was sent,
   * while the provider gets the parsed copy, and fields that mean one thing here and another there would be read wrongly on
   * one side. Take the type that the provider needs on the wire, or convert in the provider.
   */
  readonly input: StandardSchemaV1<Input, Parsed>;
  /**
   * The price: a safe integer ≥ 0, or a function of the parsed input that returns one. Taken at submit.
   * @default 0
   */
  readonly credits?: number | ((input: NoInfer<Parsed>, caller: Caller) => number);
  /**
   * What its outputs are. Only pictures can be measured and stored yet.
   * @default "image"
   */
  readonly kind?: StorableKind;
  /**
   * How many outputs one generation has: an integer from 1 to 1,000. Bound it in the input's schema where it depends on
   * the input.
   * @default 1
   */
  readonly outputs?: number | ((input: NoInfer<Parsed>) => number);
  /**
   * Listed, not submittable; what is in progress finishes.
   * @default false
   */
  readonly retired?: boolean;
  /**
   * When a running job is canceled that the provider cannot stop: `true` drops its result and gives nothing back
   * (unless `refunds.dropped` says otherwise), `false` lets it finish and delivers it.
   * @default false
   */
  readonly dropOnCancel?: boolean;
  /**
   * How much of the price goes back at an end without a result, in whole percent: for each failure code, for `canceled`
   * (the provider confirmed it), for `dropped` (see `dropOnCancel`), and for `missing`: of the share of the price that the
   * outputs have which did not come with the others. What is not named follows the default. A function of the parsed input
   * decides for each generation. Either way it is fixed at submit: a later change of the model changes nothing for what is
   * in progress. What no provider has accepted goes back whole when it is canceled.
   * @default 100 for everything but `dropped`, which is 0
   */
  readonly refunds?: RefundPolicy | ((input: NoInfer<Parsed>, caller: Caller) => RefundPolicy);
  /**
   * From submit until it must have ended, in milliseconds; then it fails with `deadline_exceeded` and is refunded.
   * @default 900_000
   */
  readonly deadlineMs?: number;
  /**
   * How many times a provider may be tried after definite, retryable failures, the first one included.
   * @default 4
   */
  readonly maxAttempts?: number;
  /**
   * When a paid request's outcome stays unknown: `true` sends it again at the risk of paying the provider twice,
   * `false` fails with `outcome_unknown` and refunds.
   * @default false
   */
  readonly resubmitUnknown?: boolean;
}

/** Where a model keeps its definition; the same for every copy of the package in a process. */
const definition: unique symbol = Symbol.for("safelight.model");

/** A model to offer. Made by `defineModel` only, which knows what else it consists of. */
export interface Model<Input = unknown> {
  readonly kind: MediaKind;
  /** The schema as it was given. */
  readonly input: StandardSchemaV1<Input, unknown>;
  readonly [definition]: ModelDefinition;
}

/** A model as the server uses it: the options of `defineModel` with their defaults, checked. */
export interface ModelDefinition {
  readonly kind: MediaKind;
  readonly providers: readonly [Provider<unknown>, ...Provider<unknown>[]];
  readonly schema: StandardSchemaV1;
  readonly retired: boolean;
  readonly dropOnCancel: boolean;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly resubmitUnknown: boolean;
  /** The price where it is the same for every input, else `null`. */
  readonly fixedCredits: number | null;
  creditsFor(input: unknown, caller: Caller): number;
  /** The refund policy; `null` for the default. */
  refundsFor(input: unknown, caller: Caller): RefundPolicy | null;
  outputsFor(input: unknown): number;
}

/** The models that a host declares, by name. */
export type Models = Readonly<Record<string, Model>>;

/** Definitions by the name of their model. */
export type ModelDefinitions = Readonly<Record<string, ModelDefinition>>;

/** What the types of a host's models carry to its client. */
export type InferModels<M extends Models> = {
  readonly [Name in keyof M]: { readonly input: StandardSchemaV1.InferInput<M[Name]["input"]> };
};

/** @throws {TypeError} when one of them was not made by `defineModel`. */
export function definitionsOf(models: Models): ModelDefinitions {
  const definitions = Object.entries(models).map(([name, model]) => {
    // Hosts without types get here with anything.
    const made: ModelDefinition | undefined = model[definition];
    if (made === undefined) throw new TypeError(`The model "${name}" was not made by defineModel.`);
    return [name, made] as const;
  });
  return Object.fromEntries(definitions);
}

/**
 * Declares a model: what goes in, who makes it, what it costs.
 *
 * @example
 * ```ts
 * const flux = defineModel({
 *   provider: demo(),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 * @throws {TypeError} for an unknown option, without a provider, or when `input` is not a Standard Schema.
 * @throws {RangeError} when a number is out of its range, a refund is for no case, or media of the kind cannot be stored.
 */
export function defineModel<Input, Parsed extends Input>(options: ModelOptions<Input, Parsed>): Model<Input> {
  checkOptionNames<ModelOptions<Input, Parsed>>(options, "defineModel", modelOptionNames);
  const { credits = 0, outputs = 1, refunds = null } = options;
  const providers = chainOf(options.provider);
  if (typeof credits === "number") assertCredits(credits);
  if (typeof outputs === "number") assertOutputs(outputs);
  if (typeof refunds === "object" && refunds !== null) checkRefundPolicy(refunds);
  const maxAttempts = options.maxAttempts ?? 4;
  const deadlineMs = options.deadlineMs ?? 900_000;
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) throw new RangeError("maxAttempts must be an integer ≥ 1");
  if (!Number.isSafeInteger(deadlineMs) || deadlineMs < 1) throw new RangeError("deadlineMs must be an integer ≥ 1");
  const kind = assertKind(options.kind ?? "image");
  const schema = assertSchema(options.input);
  return {
    kind,
    input: schema,
    [definition]: {
      kind,
      providers,
      schema,
      retired: options.retired ?? false,
      dropOnCancel: options.dropOnCancel ?? false,
      deadlineMs,
      maxAttempts,
      resubmitUnknown: options.resubmitUnknown ?? false,
      fixedCredits: typeof credits === "number" ? credits : null,
      // They get what the schema gave and nothing else, although the type of a definition has forgotten what that is.
      creditsFor: (input: Parsed, caller) =>
        assertCredits(typeof credits === "number" ? credits : refusePromise("credits", credits(input, caller))),
      refundsFor: (input: Parsed, caller) =>
        typeof refunds === "function" ? checkRefundPolicy(refusePromise("refunds", refunds(input, caller))) : refunds,
      outputsFor: (input: Parsed) =>
        assertOutputs(typeof outputs === "number" ? outputs : refusePromise("outputs", outputs(input))),
    },
  };
}

const modelOptionNames = {
  provider: true,
  input: true,
  credits: true,
  kind: true,
  outputs: true,
  retired: true,
  dropOnCancel: true,
  refunds: true,
  deadlineMs: true,
  maxAttempts: true,
  resubmitUnknown: true,
} as const;

/** @throws {TypeError} without a provider. */
function chainOf<P extends { readonly id: string }>(provider: P | readonly [P, ...P[]]): readonly [P, ...P[]] {
  const chain: readonly [P, ...P[]] = isChain(provider) ? provider : [provider];
  const isComplete = chain.length > 0 && chain.every((one) => typeof one?.id === "string");
  if (isComplete) return withOwnIds(chain);
  throw new TypeError("defineModel needs provider: a provider, such as demo(), or a list of at least one.");
}

function isChain<P>(provider: P | readonly [P, ...P[]]): provider is readonly [P, ...P[]] {
  return Array.isArray(provider);
}

/** Hosts without types get here with any kind: its outputs would be paid for and then refused. */
function assertKind(kind: MediaKind): MediaKind {
  if (kind === "image") return kind;
  throw new RangeError(`kind must be "image", not "${kind}": media of other kinds cannot be stored yet`);
}

/** Hosts without types get here without one, and then nothing would be checked. */
function assertSchema<Schema extends StandardSchemaV1>(schema: Schema): Schema {
  if (typeof schema?.["~standard"]?.validate === "function") return schema;
  throw new TypeError("defineModel needs input: a Standard Schema, such as z.object({ prompt: z.string() }) of zod 4.");
}

function assertCredits(credits: number): number {
  if (Number.isSafeInteger(credits) && credits >= 0) return credits;
  throw new RangeError(`credits must be a safe integer ≥ 0, not ${credits}`);
}

/** More than any model returns; keeps shares of a price exact in 64-bit integers. */
const maxOutputs = 1_000;

function assertOutputs(outputs: number): number {
  if (Number.isSafeInteger(outputs) && outputs >= 1 && outputs <= maxOutputs) return outputs;
  throw new RangeError(`outputs must be an integer from 1 to ${maxOutputs}, not ${outputs}`);
}
