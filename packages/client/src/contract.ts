/**
 * The wire contract of Safelight: types and constants without dependencies, shared by server and browser.
 *
 * @module
 */
export type {
  AsJson,
  GenerationOf,
  ListedBy,
  ModelInput,
  ModelMap,
  ModelName,
  ModelShape,
  ModelsOf,
  NothingElse,
  SafelightApp,
} from "./lib/contract/app.js";
export type { CreditsResponse, LedgerEntry, LedgerEntryKind } from "./lib/contract/credits.js";
export { type FailureCode, failures, type GenerationFailure } from "./lib/contract/failure.js";
export {
  type ActiveGeneration,
  type CanceledGeneration,
  type CompletedGeneration,
  type DigitalSourceType,
  digitalSourceTypes,
  type FailedGeneration,
  type Gallery,
  type Generation,
  type GenerationFields,
  type GenerationStatus,
  generationStatuses,
  isTerminal,
  isTerminalStatus,
  type MediaKind,
  type Output,
  type OutputProvenance,
  type Progress,
  type QueuePosition,
  type TerminalGeneration,
} from "./lib/contract/generation.js";
export type {
  Cancellation,
  GenerationAttempt,
  GenerationPart,
  TimelineEvent,
} from "./lib/contract/generation-history.js";
export type { Json, JsonObject } from "./lib/contract/json.js";
export { maxChanges, maxUnseenCount, maxWaitSeconds } from "./lib/contract/limits.js";
export { newerGeneration } from "./lib/contract/newer-generation.js";
export {
  isProblem,
  type Problem,
  type ProblemCode,
  type ProblemExtensions,
  type ProblemIssue,
  problems,
  problemType,
} from "./lib/contract/problem.js";
export type { FileFacts, FileMark, RecognizeResponse } from "./lib/contract/recognition.js";
export type { QuoteBody, RetryBody, SubmitBody, SubmitManyBody } from "./lib/contract/submit-body.js";
export {
  type ActiveChangesResponse,
  type ActiveResponse,
  type BalanceFrame,
  type Changes,
  type ClaimNoticesBody,
  type ConfirmNoticesBody,
  type DeletedGeneration,
  defaultBasePath,
  type EventFrame,
  type GenerationResponse,
  type GroupResponse,
  type HistoryQuery,
  type HistoryResponse,
  headerNames,
  type InputResponse,
  type ModelSummary,
  type ModelsResponse,
  type NoticesResponse,
  type QueuePlace,
  type QuoteLimits,
  type QuoteResponse,
  type RemainingRate,
  type SeenBody,
  type SubmitManyResponse,
  type SubmitResponse,
  type UploadedInput,
} from "./lib/contract/wire.js";
