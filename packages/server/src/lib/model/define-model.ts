import type { MediaKind } from "@safelight/client/contract";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RefundPolicy } from "../generation/refund-policy.js";
import type { Provider, SubmitOutcome, SubmitRequest } from "../ports/provider.js";
import { withSetupCode } from "../ports/setup-error.js";
import { assertCredits, assertKind, assertOutputs, assertSchema } from "./assert-model.js";
import { checkOptionNames } from "./check-option-names.js";
import { checkRefundPolicy } from "./check-refund-policy.js";
import { withUniqueIds } from "./failover-providers.js";
import { hostResult } from "./host-result.js";
import { type Priority, priorityRule } from "./priority.js";

/** The caller of a request, as `identify` returned it. */
export interface Caller {
  readonly ownerId: string;
  readonly accountId: string;
  /** The team whose gallery the caller sees. Absent without one. */
  readonly teamId?: string;
}

/**
 * A provider that accepts the schema's output. TypeScript compares the parameters of methods bivariantly, and those of
 * function properties contravariantly. So `submit` as a property rejects a provider that needs more fields. It comes
 * first, so that the compiler's error names the field that the schema lacks.
 */
type ProviderOf<Parsed> = {
  readonly submit: (request: SubmitRequest<Parsed>) => Promise<SubmitOutcome>;
} & Provider<Parsed>;

/** The options of `defineModel`. */
export interface ModelOptions<Input, Parsed> {
  /**
   * The model's provider. An array lists failover providers: the next one is tried after a definite failure of the
   * previous one, never after an unknown outcome.
   */
  readonly provider:
    | ProviderOf<NoInfer<Parsed>>
    | readonly [ProviderOf<NoInfer<Parsed>>, ...ProviderOf<NoInfer<Parsed>>[]];
  /**
   * Validates and completes the input: any Standard Schema (zod, valibot, arktype …) whose output type is its input
   * type, the type on the wire. Defaults and transforms that keep the type are fine. A transform that changes it
   * (`z.string().transform(Number)`) does not compile, and the compiler reports it at `provider`. The history and a
   * retry use the input as it was sent, and the provider receives the parsed copy. A field with two types would be
   * misread on one side. Use the type that the provider needs on the wire, or convert it in the provider.
   */
  readonly input: StandardSchemaV1<Input, Parsed>;
  /**
   * The price in credits: a safe integer ≥ 0, or a function of the parsed input that returns one. Debited at submit.
   * @default 0
   */
  readonly credits?: number | ((input: NoInfer<Parsed>, caller: Caller) => number);
  /**
   * The kind of its outputs. A result of another kind is rejected and refunded: Safelight detects it from the bytes.
   * Images are PNG, JPEG, WebP, GIF and AVIF; videos are MP4, MOV and WebM; audio is MP3, WAV, Ogg, M4A, WebM and FLAC.
   * @default "image"
   */
  readonly kind?: MediaKind;
  /**
   * The number of outputs of one generation: an integer from 1 to 1,000. If it depends on the input, limit it in the
   * input's schema.
   * @default 1
   */
  readonly outputs?: number | ((input: NoInfer<Parsed>) => number);
  /**
   * A retired model is listed, but rejects submits; active generations finish.
   * @default false
   */
  readonly retired?: boolean;
  /**
   * When a running job is canceled that the provider cannot stop: `true` discards its result and refunds nothing
   * (unless `refunds.dropped` is set), `false` lets it finish and delivers it.
   * @default false
   */
  readonly dropOnCancel?: boolean;
  /**
   * Refund at an end without a full result, in whole percent of the price. The cases are each failure code, `canceled`
   * (the provider confirmed it), `dropped` (see `dropOnCancel`) and `missing` (of the missing outputs' share of the
   * price). Omitted cases use the default. A function of the parsed input decides for each generation. The policy is
   * fixed at submit: a later change of the model does not affect active generations. A canceled generation that no
   * provider has accepted is refunded in full.
   * @default 100 for every case except `dropped`, which is 0
   */
  readonly refunds?: RefundPolicy | ((input: NoInfer<Parsed>, caller: Caller) => RefundPolicy);
  /**
   * Max time from the submit to the end, in milliseconds, at least 1. It counts from the earliest start of a scheduled
   * generation. Then the generation fails with `deadline_exceeded` and is refunded.
   * @default 900_000, and 1_800_000 for videos
   */
  readonly deadlineMs?: number;
  /**
   * Max attempts, including the first one, at least 1. Another attempt follows a definite, retryable failure only.
   * @default 4
   */
  readonly maxAttempts?: number;
  /**
   * Place in the queue: an integer from 0 to 9, or a function of the parsed input that returns one. Each level places a
   * generation ahead of others that were submitted up to a minute earlier. All generations wait by owner, in turn.
   * @default the `priority` of `createSafelight`
   */
  readonly priority?: Priority<NoInfer<Parsed>, Caller>;
  /**
   * Whether intermediate images of a running generation are shown. `false`: none is stored, so that no image is visible
   * before `checkOutput`.
   * @default true
   */
  readonly previews?: boolean;
  /**
   * When a paid request's outcome stays unknown: `true` sends it again at the risk of paying the provider twice,
   * `false` fails with `outcome_unknown` and refunds.
   * @default false
   */
  readonly resubmitUnknown?: boolean;
}

/** The key of a model's definition; the same for every copy of the package in a process. */
const definition: unique symbol = Symbol.for("safelight.model");

/** A model that a host offers. Only `defineModel` creates one. */
export interface Model<Input = unknown> {
  readonly kind: MediaKind;
  /** The schema from the options. */
  readonly input: StandardSchemaV1<Input, unknown>;
  readonly [definition]: ModelDefinition;
}

/** A model as the server uses it: the validated options of `defineModel` with their defaults. */
export interface ModelDefinition {
  readonly kind: MediaKind;
  readonly providers: readonly [Provider<unknown>, ...Provider<unknown>[]];
  readonly schema: StandardSchemaV1;
  readonly retired: boolean;
  readonly dropOnCancel: boolean;
  /** Max time from the submit, or from the earliest start, to the end. */
  readonly deadlineMs: number;
  /** At least 1. */
  readonly maxAttempts: number;
  readonly resubmitUnknown: boolean;
  readonly previews: boolean;
  /** The price if it is the same for every input; otherwise `null`. */
  readonly fixedCredits: number | null;
  /** The price of a parsed input, in credits: a safe integer from 0. */
  creditsFor(input: unknown, caller: Caller): number;
  /** The refund policy; `null` for the default. */
  refundsFor(input: unknown, caller: Caller): RefundPolicy | null;
  /** The number of outputs that a parsed input requests, from 1. */
  outputsFor(input: unknown): number;
  /** From 0 to 9; `null` for the default of the server. */
  priorityFor(input: unknown, caller: Caller): number | null;
}

/** A host's models, by name. */
export type Models = Readonly<Record<string, Model>>;

/** Definitions by the name of their model. */
export type ModelDefinitions = Readonly<Record<string, ModelDefinition>>;

/** The part of the models' types that the client needs. */
export type InferModels<M extends Models> = {
  readonly [Name in keyof M]: { readonly input: StandardSchemaV1.InferInput<M[Name]["input"]> };
};

/** @throws {TypeError} for a model that `defineModel` did not create. */
export function definitionsOf(models: Models): ModelDefinitions {
  const definitions = Object.entries(models).map(([name, model]) => {
    // JavaScript hosts may pass any value here.
    const own: ModelDefinition | undefined = model[definition];
    if (own === undefined)
      throw withSetupCode("option_invalid", new TypeError(`The model "${name}" was not created by defineModel.`));
    return [name, own] as const;
  });
  return Object.fromEntries(definitions);
}

/**
 * Declares a model: its input, its provider and its price.
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
 * @throws {RangeError} for a number out of range, an unknown refund case, or an unknown kind.
 */
export function defineModel<Input, Parsed extends Input>(options: ModelOptions<Input, Parsed>): Model<Input> {
  checkOptionNames<ModelOptions<Input, Parsed>>(options, { where: "defineModel", names: modelOptionNames });
  const { credits = 0, outputs = 1, refunds = null } = options;
  const providers = providersOf(options.provider);
  if (typeof credits === "number") assertCredits(credits);
  if (typeof outputs === "number") assertOutputs(outputs);
  const priorityFor = options.priority === undefined ? () => null : priorityRule(options.priority);
  if (typeof refunds === "object" && refunds !== null) checkRefundPolicy(refunds);
  const maxAttempts = options.maxAttempts ?? 4;
  const kind = assertKind(options.kind ?? "image");
  const deadlineMs = options.deadlineMs ?? (kind === "video" ? 1_800_000 : 900_000);
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1)
    throw withSetupCode("option_invalid", new RangeError("maxAttempts must be an integer ≥ 1"));
  if (!Number.isSafeInteger(deadlineMs) || deadlineMs < 1)
    throw withSetupCode("option_invalid", new RangeError("deadlineMs must be an integer ≥ 1"));
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
      previews: options.previews ?? true,
      fixedCredits: typeof credits === "number" ? credits : null,
      // These functions only receive the schema's output, although the type of a definition does not retain `Parsed`.
      creditsFor: (input: Parsed, caller) =>
        assertCredits(typeof credits === "number" ? credits : hostResult("credits", () => credits(input, caller))),
      refundsFor: (input: Parsed, caller) =>
        typeof refunds === "function"
          ? checkRefundPolicy(hostResult("refunds", () => refunds(input, caller)))
          : refunds,
      outputsFor: (input: Parsed) =>
        assertOutputs(typeof outputs === "number" ? outputs : hostResult("outputs", () => outputs(input))),
      priorityFor,
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
  priority: true,
  resubmitUnknown: true,
  previews: true,
} as const;

/** @throws {TypeError} without a provider. */
function providersOf<P extends { readonly id: string }>(provider: P | readonly [P, ...P[]]): readonly [P, ...P[]] {
  const providers: readonly [P, ...P[]] = isList(provider) ? provider : [provider];
  const isComplete = providers.length > 0 && providers.every((each) => typeof each?.id === "string");
  if (isComplete) return withUniqueIds(providers);
  throw withSetupCode(
    "option_missing",
    new TypeError("defineModel needs provider: a provider, such as demo(), or a list of at least one."),
  );
}

function isList<P>(provider: P | readonly [P, ...P[]]): provider is readonly [P, ...P[]] {
  return Array.isArray(provider);
}
