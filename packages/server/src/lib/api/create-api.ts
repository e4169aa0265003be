import type { Gallery, JsonObject, QuoteBody, RetryBody, SubmitBody, SubmitManyBody } from "@safelight/client/contract";
import type { Caller } from "../model/define-model.js";
import { cancelGeneration } from "../service/change/cancel-generation.js";
import { cancelGroup } from "../service/change/cancel-group.js";
import { deleteGeneration } from "../service/change/delete-generation.js";
import { markSeen } from "../service/change/mark-seen.js";
import { listCredits } from "../service/credits/list-credits.js";
import { adjustCredits, grantCredits, spendCredits } from "../service/credits/move-credits.js";
import { fromHost } from "../service/errors/from-host.js";
import { invalidInput } from "../service/errors/invalid-input.js";
import { toServiceError } from "../service/errors/to-service-error.js";
import { uploadFile } from "../service/inputs/upload-input.js";
import { recognize } from "../service/media/recognize.js";
import { checkCaller, requireCaller } from "../service/owners/caller.js";
import { galleryReaderOf } from "../service/owners/gallery.js";
import { deleteOwner, transferOwner } from "../service/owners/owner-lifecycle.js";
import { readParts } from "../service/read/generation-history.js";
import { listActive } from "../service/read/list-active.js";
import { listChanges } from "../service/read/list-changes.js";
import { listGenerations } from "../service/read/list-generations.js";
import { listModels } from "../service/read/list-models.js";
import { readGeneration } from "../service/read/read-generation.js";
import type { ServiceContext } from "../service/service-context.js";
import { quoteGeneration } from "../service/submit/quote-generation.js";
import { retryOnce, submitManyOnce, submitOnce } from "../service/submit/submit-once.js";
import { toWireGeneration } from "../service/wire/wire-generation.js";
import type { Api, ApiCaller } from "./api.js";

/** The widest model map. */
type AnyModels = Readonly<Record<string, { readonly input: unknown }>>;

/**
 * Creates the API without HTTP. Bodies pass through JSON as on the wire, so that both entry points store the same values.
 *
 * @param identify the host's `identify`, for callers given by their headers.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the list of the methods, each a few lines
export function createApi<Models extends AnyModels>(
  context: ServiceContext,
  identify: (request: { readonly headers: Headers }) => Promise<Caller | null>,
): Api<Models> {
  const callerOf = async (caller: ApiCaller): Promise<Caller> =>
    "headers" in caller
      ? requireCaller(await fromHost({ clock: context.clock, what: "identify" }, () => identify(caller)))
      : checkCaller(caller, "The caller must have");
  const readerOf = async (caller: ApiCaller, of?: Gallery) => galleryReaderOf(await callerOf(caller), of);
  /** For commands that may create the owner. Reads the position of erasures before it identifies the caller. */
  const creatorOf = async (caller: ApiCaller) => {
    const erasurePosition = await context.erasures.position();
    return { erasurePosition, caller: await context.erasures.within(erasurePosition, () => callerOf(caller)) };
  };

  return {
    // biome-ignore lint/complexity/useMaxParams: the public API
    submit: (caller, model, input, options = {}) =>
      withServiceErrors(async () => {
        const { idempotencyKey, ...fields } = options;
        const body = toJson({ model, input, ...fields });
        const request = { ...(await creatorOf(caller)), key: idempotencyKey, bytes: new TextEncoder().encode(body) };
        // The compiler checks the types of the fields, and `submitGeneration` their values.
        const parse = () => JSON.parse(body) as SubmitBody;
        return (await submitOnce(context, { ...request, parse })).response;
      }),

    // biome-ignore lint/complexity/useMaxParams: the public API
    submitMany: (caller, model, inputs, options = {}) =>
      withServiceErrors(async () => {
        const { idempotencyKey, ...fields } = options;
        const body = toJson({ model, inputs, ...fields });
        const request = { ...(await creatorOf(caller)), key: idempotencyKey, bytes: new TextEncoder().encode(body) };
        // The compiler checks the types of the fields, and `submitMany` their values.
        const parse = () => JSON.parse(body) as SubmitManyBody;
        return (await submitManyOnce(context, { ...request, parse })).response;
      }),

    cancelGroup: (caller, groupId) =>
      withServiceErrors(async () => cancelGroup(context, { caller: await callerOf(caller), groupId })),

    // biome-ignore lint/complexity/useMaxParams: the public API
    quote: (caller, model, input) =>
      withServiceErrors(async () => {
        // `quoteGeneration` checks the values of the fields.
        const body = JSON.parse(toJson({ model, input })) as QuoteBody;
        return quoteGeneration(context, { caller: await callerOf(caller), body });
      }),

    uploadInput: (caller, file) =>
      withServiceErrors(async () => uploadFile(context, { ...(await creatorOf(caller)), file })),

    // biome-ignore lint/complexity/useMaxParams: the public API
    get: (caller, id, { include = [], of } = {}) =>
      withServiceErrors(async () => {
        const record = await readGeneration(context, { caller: await readerOf(caller, of), id });
        return { ...(await toWireGeneration(context, record)), ...(await readParts(context, { record, include })) };
      }),

    active: (caller, { of, ...query } = {}) =>
      withServiceErrors(async () => listActive(context, { caller: await readerOf(caller, of), ...query })),

    changes: (caller, { of, waitMs = 0, ...query }) =>
      withServiceErrors(async () => {
        const reader = await readerOf(caller, of);
        const changes = await listChanges(context, { caller: reader, ...query, waitMs });
        // The caller may have left the team during the wait, or changed to another one.
        const isSame = of !== "team" || (await readerOf(caller, of)).ownerId === reader.ownerId;
        return isSame ? changes : null;
      }),

    list: (caller, query = {}) =>
      withServiceErrors(async () => listGenerations(context, { caller: await readerOf(caller, query.of), query })),

    models: async () => listModels(context),

    credits: (caller, query = {}) =>
      withServiceErrors(async () => listCredits(context, { caller: await callerOf(caller), query })),

    cancel: (caller, id) =>
      withServiceErrors(async () => cancelGeneration(context, { caller: await callerOf(caller), id })),

    // biome-ignore lint/complexity/useMaxParams: the public API
    retry: (caller, id, options = {}) =>
      withServiceErrors(async () => {
        const { input, expectedCredits } = options;
        const body = toJson({ input, expectedCredits });
        const bytes = new TextEncoder().encode(body);
        const request = { ...(await creatorOf(caller)), key: options.idempotencyKey, bytes, id };
        return (await retryOnce(context, { ...request, parse: () => toRetryBody(body) })).response;
      }),

    delete: (caller, id) =>
      withServiceErrors(async () => deleteGeneration(context, { caller: await callerOf(caller), id })),

    markSeen: (caller, ids) =>
      withServiceErrors(async () => markSeen(context, { caller: await callerOf(caller), ids })),

    recognize: (bytes) => withServiceErrors(async () => recognize(context, bytes)),

    grantCredits: (grant) => withServiceErrors(async () => grantCredits(context, grant)),

    adjustCredits: (adjustment) => withServiceErrors(async () => adjustCredits(context, adjustment)),

    spendCredits: (spending) => withServiceErrors(async () => spendCredits(context, spending)),

    transferOwner: (transfer) => withServiceErrors(async () => transferOwner(context, transfer)),

    deleteOwner: (owner) => withServiceErrors(async () => deleteOwner(context, owner)),
  };
}

/** Converts errors to `ServiceError` where one exists. */
async function withServiceErrors<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw toServiceError(error) ?? error;
  }
}

function toJson(body: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw invalidInput("The value is not JSON.");
  }
}

function toRetryBody(body: string): RetryBody {
  const { input, ...rest }: Omit<RetryBody, "input"> & { readonly input?: unknown } = JSON.parse(body);
  if (input === undefined) return rest;
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw invalidInput("Must be an object whose fields replace those of the old input.", ["input"]);
  }
  // A result of `JSON.parse` that is an object, and neither an array nor `null`, is a JSON object.
  return { ...rest, input: input as JsonObject };
}
