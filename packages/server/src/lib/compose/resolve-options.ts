import { defaultBasePath, type MediaKind } from "@safelight/client/contract";
import { checkOutgoingWebhook, type OutgoingWebhook } from "../announce/send-webhook.js";
import { addressOfConnection, type RecognitionSettings } from "../http/handlers/recognition.js";
import type { HostCredits } from "../ledger/authorizing.js";
import type { DatabaseCredits } from "../ledger/same-database.js";
import { type Caller, definitionsOf, type ModelDefinitions, type Models } from "../model/define-model.js";
import { priorityRule } from "../model/priority.js";
import type { Marking } from "../ports/mark.js";
import type { OutputCheck } from "../ports/output-check.js";
import { invalidOption, withSetupCode } from "../ports/setup-error.js";
import { maxLeaseMs } from "../ports/store/due-limits.js";
import type { SubmitLimits } from "../ports/store/submit-commands.js";
import { iptcMark } from "../provenance/iptc-mark.js";
import type { Billing } from "../service/credits/billing.js";
import type { ServiceLimits } from "../service/service-context.js";
import { vendorUrlMs } from "../signing/media-urls.js";
import { atLeast } from "./at-least.js";
import { checkHostCredits } from "./check-host-credits.js";
import { checkKnownOptions, isHostCredits } from "./check-known-options.js";
import { checkProviders } from "./check-providers.js";
import type { LimitOptions } from "./limit-options.js";
import type { CreditOptions, SafelightOptions, WorkerOptions } from "./options.js";
import { toUploadLimits } from "./upload-limits.js";

/** The checked options with their defaults. */
export interface Settings {
  readonly basePath: string;
  /** Empty for relative URLs. */
  readonly publicOrigin: string;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly limits: ServiceLimits;
  readonly priorityFor: (input: unknown, caller: Caller) => number;
  readonly maxBodyBytes: number;
  /** Max event streams and held long polls of all owners together. */
  readonly maxStreams: number;
  /** `null` if the host does not bill. */
  readonly billing: Billing | null;
  readonly webhook: OutgoingWebhook | null;
  /** Whether the worker makes thumbnails. */
  readonly scalesImages: boolean;
  /** `undefined`: outputs are not checked. */
  readonly outputCheck: OutputCheck | undefined;
  /** `undefined`: outputs are not marked. */
  readonly marking: Marking | undefined;
  /** Whether outputs on the wire have the safety flags of vendors. */
  readonly exposesFlags: boolean;
  /** `null`: `POST /recognize` is closed. */
  readonly recognition: RecognitionSettings | null;
  readonly mode: "loop" | "request";
  readonly worker: {
    readonly concurrency: number;
    readonly leaseMs: number;
    readonly reconcileForMs: number;
    readonly storingGraceMs: number;
    readonly drainMs: number;
    readonly sweepAfterMs: number;
    readonly maxOutputBytes: Readonly<Record<MediaKind, number>>;
    readonly budgetMs: number | null;
    readonly keepInputsMs: number;
    /** `null`: generations do not expire. */
    readonly keepGenerationsMs: number | null;
  };
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} for a missing or malformed option.
 * @throws {RangeError} for a number outside its range.
 */
export function resolveOptions<M extends Models>(options: SafelightOptions<M>): Settings {
  checkParts(options);
  checkKnownOptions(options);
  const { credits = {}, limits = {}, retention = {}, worker = {} } = options;
  const { maxBodyBytes = 262_144, maxOutputBytes, maxStreams = 10_000 } = limits;
  const models = definitionsOf(options.models);
  checkProviders(models);
  return {
    basePath: toBasePath(options.basePath ?? defaultBasePath),
    publicOrigin: options.publicUrl === undefined ? "" : toOrigin(options.publicUrl, "publicUrl"),
    trustedOrigins: new Set(options.trustedOrigins?.map((origin) => toOrigin(origin, "trustedOrigins"))),
    limits: toServiceLimits(limits),
    priorityFor: priorityRule(options.priority ?? 0),
    maxBodyBytes: atLeast(1, { "limits.maxBodyBytes": maxBodyBytes }),
    maxStreams: atLeast(1, { "limits.maxStreams": maxStreams }),
    billing: toBilling(credits, models),
    webhook: options.webhook === undefined ? null : checkOutgoingWebhook(options.webhook),
    scalesImages: options.scaler !== false,
    outputCheck: toOutputCheck(options),
    marking: toMarking(options.provenance),
    exposesFlags: toExposesFlags(options.exposeFlags),
    recognition: toRecognition(options.recognition),
    mode: checkMode(worker, models),
    worker: {
      ...toWorkerSettings(worker),
      maxOutputBytes: toOutputLimits(maxOutputBytes),
      keepInputsMs: toInputRetention(retention.inputsMs, models),
      keepGenerationsMs: toGenerationRetention(retention.generationsMs),
    },
  };
}

function toServiceLimits(limits: LimitOptions): ServiceLimits {
  const {
    rate = { requests: 60, perMs: 60_000 },
    refunds = { generations: 100, perMs: 3_600_000 },
    maxActive = 20,
    maxInputBytes = 32_768,
    uploads = { requests: 60, perMs: 600_000 },
    maxInputFiles = 10,
    maxInputImageBytes = 26_214_400,
    maxInputImagePixels = 64_000_000,
  } = limits;
  return {
    maxActive: maxActive === false ? null : atLeast(1, { "limits.maxActive": maxActive }),
    rate: toRate(rate, "limits.rate"),
    refunds:
      refunds === false
        ? null
        : {
            generations: atLeast(1, { "limits.refunds.generations": refunds.generations }),
            perMs: atLeast(1, { "limits.refunds.perMs": refunds.perMs }),
          },
    maxInputBytes: atLeast(1, { "limits.maxInputBytes": maxInputBytes }),
    uploads: toRate(uploads, "limits.uploads"),
    maxInputFiles: atLeast(1, { "limits.maxInputFiles": maxInputFiles }),
    maxInputImageBytes: atLeast(1, { "limits.maxInputImageBytes": maxInputImageBytes }),
    ...toUploadLimits(limits, maxInputImageBytes),
    maxInputImagePixels: atLeast(1, { "limits.maxInputImagePixels": maxInputImagePixels }),
  };
}

function toOutputLimits(limits: LimitOptions["maxOutputBytes"] = {}): Settings["worker"]["maxOutputBytes"] {
  if (typeof limits !== "object") {
    const maxBytes = atLeast(1, { "limits.maxOutputBytes": limits });
    return { image: maxBytes, video: maxBytes, audio: maxBytes };
  }
  const { image = 67_108_864, video = 536_870_912, audio = 134_217_728 } = limits;
  return {
    image: atLeast(1, { "limits.maxOutputBytes.image": image }),
    video: atLeast(1, { "limits.maxOutputBytes.video": video }),
    audio: atLeast(1, { "limits.maxOutputBytes.audio": audio }),
  };
}

type WorkerSettings = Pick<
  Settings["worker"],
  "concurrency" | "leaseMs" | "reconcileForMs" | "storingGraceMs" | "drainMs" | "sweepAfterMs" | "budgetMs"
>;

function toWorkerSettings({ budgetMs, ...worker }: WorkerOptions): WorkerSettings {
  const { concurrency = 8, leaseMs = 30_000, drainMs = 20_000, sweepAfterMs = 2_000 } = worker;
  const { reconcileForMs = 600_000, storingGraceMs = 3_600_000 } = worker;
  return {
    concurrency: atLeast(1, { "worker.concurrency": concurrency }),
    leaseMs: toLease(leaseMs),
    reconcileForMs: atLeast(0, { "worker.reconcileForMs": reconcileForMs }),
    storingGraceMs: atLeast(0, { "worker.storingGraceMs": storingGraceMs }),
    drainMs: atLeast(0, { "worker.drainMs": drainMs }),
    sweepAfterMs: atLeast(0, { "worker.sweepAfterMs": sweepAfterMs }),
    budgetMs: budgetMs === undefined ? null : atLeast(1_000, { "worker.budgetMs": budgetMs }),
  };
}

function toLease(leaseMs: number): number {
  if (atLeast(1_000, { "worker.leaseMs": leaseMs }) <= maxLeaseMs) return leaseMs;
  throw withSetupCode("option_invalid", new RangeError(`worker.leaseMs must be at most ${maxLeaseMs}, not ${leaseMs}`));
}

/** A host in JavaScript may omit required options. Without `identify`, every caller could spend credits. */
function checkParts<M extends Models>(options: SafelightOptions<M>): void {
  const { identify, models, scaler, storage, store, thumbnailUrl } = options;
  const isObject = (part: unknown): boolean => typeof part === "object" && part !== null;
  if (!isObject(store)) throw need("store: for the rows, such as libsqlStore({ url })");
  if (!isObject(storage)) throw need('storage: for the files, such as fileStorage("./media")');
  if (!isObject(models) || Object.keys(models).length === 0) {
    throw need("models: at least one, such as { flux: defineModel({ … }) }");
  }
  if (typeof identify !== "function") throw need("identify: a function that authenticates the caller of a request");
  if (scaler !== undefined && scaler !== false) throw invalidOption("scaler must be false, or be omitted.");
  if (thumbnailUrl !== undefined && typeof thumbnailUrl !== "function") {
    throw invalidOption("thumbnailUrl must be a function of an output's URL and a size.");
  }
}

function need(part: string): TypeError {
  return withSetupCode("option_missing", new TypeError(`createSafelight needs ${part}.`));
}

function toOutputCheck({ hooks, onCheckError = "withhold" }: SafelightOptions<Models>): OutputCheck | undefined {
  const isKnown = onCheckError === "withhold" || onCheckError === "deliver";
  if (!isKnown) throw invalidOption(`onCheckError must be "withhold" or "deliver", not ${onCheckError}`);
  return hooks?.checkOutput && { check: hooks.checkOutput, onError: onCheckError };
}

function toMarking(provenance: SafelightOptions<Models>["provenance"] = {}): Marking | undefined {
  if (provenance === false) return undefined;
  const { mark = iptcMark(), system } = provenance;
  if (typeof mark !== "function") throw invalidOption("provenance.mark must be a function of a Blob and its facts.");
  if (system === undefined || isName(system)) return { mark, system: system ?? null };
  throw invalidOption("provenance.system must be a text of 1 to 200 characters.");
}

function toExposesFlags(option: boolean = false): boolean {
  if (typeof option === "boolean") return option;
  throw invalidOption("exposeFlags must be true or false.");
}

function toRecognition(option: SafelightOptions<Models>["recognition"] = false): RecognitionSettings | null {
  if (option === false) return null;
  const { addressOf = addressOfConnection, maxBytes = 67_108_864, ...options } = option === true ? {} : option;
  if (typeof addressOf !== "function") throw invalidOption("recognition.addressOf must be a function of a request.");
  const rate = toRate(options.rate ?? { requests: 20, perMs: 60_000 }, "recognition.rate");
  // A host in JavaScript may pass `false`, as for the other rates.
  if (rate === null)
    throw invalidOption("recognition.rate must have requests and perMs, since anonymous callers send files.");
  return { addressOf, maxBytes: atLeast(1, { "recognition.maxBytes": maxBytes }), rate };
}

function isName(system: unknown): boolean {
  return typeof system === "string" && system.length > 0 && system.length <= 200;
}

function toRate(
  rate: { readonly requests: number; readonly perMs: number } | false,
  name: string,
): SubmitLimits["rate"] {
  if (rate === false) return null;
  return {
    requests: atLeast(1, { [`${name}.requests`]: rate.requests }),
    perMs: atLeast(1, { [`${name}.perMs`]: rate.perMs }),
  };
}

/** After this time no generation in progress needs the upload, and no vendor still has a valid URL of it. */
function toInputRetention(inputsMs: number | undefined, models: ModelDefinitions): number {
  const maxDeadlineMs = Math.max(0, ...Object.values(models).map(({ deadlineMs }) => deadlineMs));
  const minMs = maxDeadlineMs + vendorUrlMs;
  return inputsMs === undefined ? Math.max(604_800_000, minMs) : atLeast(minMs, { "retention.inputsMs": inputsMs });
}

/** At least a day: a user finds the results of the night, and a wrong unit deletes nothing at once. */
function toGenerationRetention(generationsMs: number | undefined): number | null {
  return generationsMs === undefined ? null : atLeast(86_400_000, { "retention.generationsMs": generationsMs });
}

/** Rejects blocking providers in request mode without a budget: a host that freezes the call loses a paid result. */
function checkMode({ mode = "loop", budgetMs }: WorkerOptions, models: ModelDefinitions): "loop" | "request" {
  if (mode !== "loop" && mode !== "request")
    throw invalidOption(`worker.mode must be "loop" or "request", not ${mode}`);
  if (mode === "loop" && budgetMs !== undefined) {
    throw invalidOption('worker.budgetMs is for worker.mode "request": a loop runs for as long as its process.');
  }
  if (mode === "loop" || budgetMs !== undefined) return mode;
  for (const [name, { providers }] of Object.entries(models)) {
    const blocking = providers.find(({ capabilities }) => !capabilities.resumable);
    if (blocking === undefined) continue;
    throw withSetupCode(
      "provider_blocks",
      new TypeError(
        `The provider "${blocking.id}" of the model "${name}" responds in one blocking call: in request mode, set ` +
          "worker.budgetMs to the time that the host lets a request run.",
      ),
    );
  }
  return mode;
}

function toBilling(
  credits: CreditOptions | HostCredits | DatabaseCredits | false,
  models: ModelDefinitions,
): Billing | null {
  if (credits !== false && isHostCredits(credits)) return { initialGrant: 0, host: checkHostCredits(credits) };
  if (credits !== false) return { initialGrant: atLeast(0, { "credits.initialGrant": credits.initialGrant ?? 0 }) };
  const priced = Object.entries(models).find(([, model]) => model.fixedCredits !== 0);
  if (priced === undefined) return null;
  throw withSetupCode(
    "price_without_credits",
    new TypeError(`The model "${priced[0]}" has a price, but credits is false: remove the price, or enable credits.`),
  );
}

function toBasePath(basePath: string): string {
  const path = basePath.replace(/\/$/, "");
  if (/^(\/[\w.~-]+)*$/.test(path)) return path;
  throw invalidOption(`basePath must be a path such as ${defaultBasePath}, not ${basePath}`);
}

function toOrigin(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && url.origin !== "null" && text.replace(/\/$/, "") === url.origin;
  if (isOrigin) return url.origin;
  throw invalidOption(`${name} must be an origin such as https://app.example.com, not ${text}`);
}
