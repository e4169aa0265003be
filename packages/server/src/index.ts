/**
 * The embeddable server: a router for every fetch-style host, a durable worker and an exact ledger.
 *
 * @example
 * ```ts
 * const app = new Hono();
 * app.route("/api/generations", safelight.app);
 * safelight.worker.start();
 * ```
 * @module
 */

export type { OutgoingWebhook } from "./lib/announce/send-webhook.js";
export type { Api, ApiCaller } from "./lib/api/api.js";
export { createSafelight } from "./lib/compose/create-safelight.js";
export type { LimitOptions } from "./lib/compose/limit-options.js";
export type {
  CreditOptions,
  RetentionOptions,
  SafelightOptions,
  ThumbnailUrl,
  WorkerOptions,
} from "./lib/compose/options.js";
export type { ProvenanceOptions } from "./lib/compose/provenance-options.js";
export type { Safelight } from "./lib/compose/safelight.js";
export type {
  AttemptRecord,
  AttemptState,
  ClaimedGeneration,
  GenerationRecord,
  OutputRecord,
  PreviewRecord,
  ThumbnailRecord,
} from "./lib/generation/generation-record.js";
export type { ActiveState, GenerationState, TerminalState } from "./lib/generation/generation-state.js";
export type { ProviderErrorCode, ProviderFailure } from "./lib/generation/provider-failure.js";
export type { Refund, RefundCase, RefundPolicy } from "./lib/generation/refund-policy.js";
export { isAudioReference, isImageReference, isVideoReference } from "./lib/generation/upload-rule.js";
export type { RecognitionOptions } from "./lib/http/handlers/recognition.js";
export type { IdentifyRequest } from "./lib/http/request/identify-request.js";
export {
  type Authorization,
  type AuthorizeRequest,
  type AuthorizingOptions,
  authorizing,
  type HoldCapture,
  type HoldRelease,
  type HostCredits,
} from "./lib/ledger/authorizing.js";
export type { HostQuery, HostStatement } from "./lib/ledger/host-query.js";
export { type DatabaseCredits, type SameDatabaseOptions, sameDatabase } from "./lib/ledger/same-database.js";
export {
  type Caller,
  defineModel,
  type InferModels,
  type Model,
  type ModelOptions,
  type Models,
} from "./lib/model/define-model.js";
export type { Clock } from "./lib/ports/clock.js";
export type { Dispatcher, Wake } from "./lib/ports/dispatcher.js";
export type { EventBus } from "./lib/ports/event-bus.js";
export { type InputFile, type InputFiles, InputFileUnavailable } from "./lib/ports/input-files.js";
export type { LogEvent } from "./lib/ports/log-event.js";
export type { LogFields, Logger } from "./lib/ports/logger.js";
export type { Mark, MarkFacts } from "./lib/ports/mark.js";
export type { CheckedOutput, CheckOutput, Withholding } from "./lib/ports/output-check.js";
export type {
  CallContext,
  CancelOutcome,
  LookupOutcome,
  MissingOutput,
  OperationStatus,
  PollContext,
  PosterMedia,
  Provider,
  ProviderCapabilities,
  ProviderLink,
  ProviderMedia,
  ProviderOutput,
  RawWebhook,
  SubmitOutcome,
  SubmitProgress,
  SubmitRequest,
  VendorCost,
  WebhookFacts,
} from "./lib/ports/provider.js";
export type * from "./lib/ports/provider-limits.js";
export type { ByteRange, GetOptions, ListedObject, PutOptions, Storage, StoredObject } from "./lib/ports/storage.js";
export type * from "./lib/ports/store/credits-store.js";
export type * from "./lib/ports/store/ended-store.js";
export type * from "./lib/ports/store/gate-limit.js";
export type * from "./lib/ports/store/hold-store.js";
export type * from "./lib/ports/store/input-store.js";
export type * from "./lib/ports/store/media-key-store.js";
export type * from "./lib/ports/store/outbox.js";
export type * from "./lib/ports/store/owner-store.js";
export type { QueueReading } from "./lib/ports/store/queue-reading.js";
export type { Store } from "./lib/ports/store/store.js";
export type * from "./lib/ports/store/store-commands.js";
export type * from "./lib/ports/store/store-queries.js";
export { StoreUnavailable } from "./lib/ports/store/store-unavailable.js";
export type * from "./lib/ports/store/submit-commands.js";
export type * from "./lib/ports/store/timing-counts.js";
export type * from "./lib/ports/store/webhook-store.js";
export type { EndReport, LogReport, SubmitReport, Telemetry } from "./lib/ports/telemetry.js";
export { iptcMark } from "./lib/provenance/iptc-mark.js";
export { ServiceError, type ServiceErrorOptions } from "./lib/service/errors/service-error.js";
export type { EndEvent, Hooks, Refusal, Submission, SubmittedUpload } from "./lib/service/hooks.js";
export type { Recognition } from "./lib/service/media/recognize.js";
export type { SweepOptions, SweepReport } from "./lib/service/media/sweep-media.js";
export type { Identity } from "./lib/service/owners/caller.js";
export type { TeamGeneration, TeamOptions } from "./lib/service/teams.js";
export type { Advance, Worker } from "./lib/worker/loop/worker.js";
