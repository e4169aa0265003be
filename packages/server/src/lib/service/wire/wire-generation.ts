import {
  failures,
  type Generation,
  type GenerationFields,
  type Json,
  type Output,
  type Progress,
} from "@safelight/client/contract";
import { fnv1a } from "../../bytes/fnv1a.js";
import { teamOfGallery } from "../../generation/gallery-id.js";
import type { GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import { isTerminalState, statusOf } from "../../generation/generation-state.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import { type PlaceAndEnd, type QueuePlaces, toQueuePlace } from "../queue/queue-places.js";
import type { ServiceContext } from "../service-context.js";
import { estimateProgress } from "./estimate-progress.js";
import { estimateTimeLeftMs } from "./estimate-time-left.js";

/** Only a completed generation has progress 1. A provider may report 1 before the bytes are stored. */
const maxValueBeforeCompletion = 0.99;

/** Max width and height of a thumbnail from the host's `thumbnailUrl`, in pixels: the same as of stored ones. */
const thumbnailSide = 512;

/** A generation of any model, as sent to clients. */
export type WireGeneration = Generation<string, Json>;

interface MapperContext
  extends Pick<ServiceContext, "mediaUrls" | "thumbnailUrlOf" | "exposesFlags" | "clock" | "databaseKeys" | "billing"> {
  readonly queuePlaces: Pick<QueuePlaces, "read">;
}

/** A row with what it needs besides the context. */
interface MappedRecord {
  readonly record: GenerationRecord;
  /** Of the gallery that it was read from: `ownerTag` on the wire. */
  readonly galleryTag: string;
  readonly submitterTag: string;
  /** `null` unless it waits. */
  readonly place: PlaceAndEnd | null;
}

/**
 * Maps a row to the generation that its owner sees. Lists every field, so that a new column is never exposed by default.
 *
 * @throws {Error} when a completed generation has no outputs, which the store never writes.
 */
export async function toWireGeneration(context: MapperContext, record: GenerationRecord): Promise<WireGeneration> {
  const [generation] = await toWireGenerations(context, [record]);
  // The cast is safe: the list has one generation for each record.
  return generation as WireGeneration;
}

/** As `toWireGeneration`, for rows of one gallery, in the same order. */
export async function toWireGenerations(
  context: MapperContext,
  records: readonly GenerationRecord[],
): Promise<readonly WireGeneration[]> {
  const ids = [...new Set(records.flatMap(({ galleryId, ownerId }) => [galleryId, ownerId]))];
  const tags = new Map(await Promise.all(ids.map(async (id) => [id, await ownerTagOf(context, id)] as const)));
  const places = await context.queuePlaces.read(records);
  return Promise.all(
    records.map((record) =>
      toWire(context, {
        record,
        galleryTag: tags.get(record.galleryId) ?? "",
        submitterTag: tags.get(record.ownerId) ?? "",
        place: places.get(record.id) ?? null,
      }),
    ),
  );
}

async function toWire(context: MapperContext, mapped: MappedRecord): Promise<WireGeneration> {
  const { record } = mapped;
  const fields = await toFields(context, mapped);
  const status = statusOf(record.state, record.startedAt);
  switch (status) {
    case "pending":
    case "processing":
    case "canceled":
      return { ...fields, status };
    case "failed": {
      const code = record.failureCode ?? "internal";
      const { message, retryable } = failures[code];
      return { ...fields, status, error: { code, message, retryable } };
    }
    case "completed": {
      const records = [...record.outputs].sort((left, right) => left.index - right.index);
      const [first, ...others] = await Promise.all(
        records.map((output) => toOutput(context, { id: record.id, output })),
      );
      if (first === undefined) throw new Error(`The completed generation ${record.id} has no outputs.`);
      return { ...fields, status, outputs: [first, ...others] };
    }
  }
}

async function toFields(
  context: MapperContext,
  { record, galleryTag, submitterTag, place }: MappedRecord,
): Promise<GenerationFields<string, Json>> {
  // Read before the URLs are created, so that they never expire earlier.
  const urlsExpireAt = context.mediaUrls.expiresAt();
  const waiting = place && toQueuePlace(record, { place, now: context.clock.now() });
  const progress = { ...(await toProgress(context, record)), ...waiting?.progress };
  const hasUrls = progress.previewUrl !== null || record.state === "completed";
  return {
    id: record.id,
    model: record.model,
    kind: record.kind,
    scope: record.scope,
    metadata: record.metadata,
    version: record.version,
    sequence: record.sequence,
    ownerTag: galleryTag,
    submitterTag,
    visibility: record.teamId === null ? "own" : "team",
    input: record.input,
    requestedOutputs: record.requestedOutputs,
    progress,
    credits: context.billing && record.credits,
    refundedCredits: context.billing && record.refundedCredits,
    createdAt: toIso(record.createdAt),
    notBefore: toIsoOrNull(record.notBefore),
    expiresAt: toIsoOrNull(record.expiresAt),
    startedAt: toIsoOrNull(record.startedAt),
    finishedAt: toIsoOrNull(record.finishedAt),
    // Unseen is a state of the owner: other members of a team have no such list.
    seenAt: toIsoOrNull(teamOfGallery(record.galleryId) === null ? record.seenAt : record.finishedAt),
    expectedAt: waiting?.expectedAt ?? toIsoOrNull(record.expectedAt),
    cancelRequestedAt: toIsoOrNull(record.cancelRequestedAt),
    retryOf: record.retryOf,
    groupId: record.groupId,
    urlsExpireAt: hasUrls ? toIso(urlsExpireAt) : null,
  };
}

async function toProgress({ mediaUrls, clock }: MapperContext, record: GenerationRecord): Promise<Progress> {
  const isActive = !isTerminalState(record.state);
  const estimate = isActive ? estimateOf(record, clock.now()) : null;
  return {
    value: estimate ?? progressValueOf(record),
    source: estimate === null && record.progressSource === "estimate" ? "none" : record.progressSource,
    queuePosition: isActive ? record.queuePosition : null,
    queuePositionAt: null,
    etaMs: isActive ? estimateTimeLeftMs(record, clock.now()) : null,
    previewUrl:
      isActive && record.preview !== null
        ? await mediaUrls.urlOf(
            { id: record.id, part: "preview" },
            { of: fnv1a(record.preview.storageKey).toString(36) },
          )
        : null,
  };
}

/** `null` if the provider reports progress, or there is no estimate. */
function estimateOf({ expectedAt, progressSource, startedAt }: GenerationRecord, now: number): number | null {
  if (progressSource !== "estimate" || expectedAt === null || startedAt === null) return null;
  return estimateProgress({ elapsedMs: now - startedAt, expectedMs: expectedAt - startedAt });
}

function progressValueOf({ state, progress }: GenerationRecord): number | null {
  if (state === "completed") return 1;
  return progress === null ? null : Math.min(progress, maxValueBeforeCompletion);
}

async function toOutput(
  { exposesFlags, mediaUrls, thumbnailUrlOf }: MapperContext,
  { id, output }: { readonly id: string; readonly output: OutputRecord },
): Promise<Output> {
  const url = await mediaUrls.urlOf({ id, part: output.index });
  const resized = isLargeImage(output) ? (thumbnailUrlOf?.(url, thumbnailSide) ?? null) : null;
  const stored = async (): Promise<string | null> =>
    output.thumbnail === null ? null : mediaUrls.urlOf({ id, part: output.index, variant: "thumbnail" });
  return {
    index: output.index,
    kind: output.kind,
    url,
    contentType: output.contentType,
    byteLength: output.byteLength,
    sha256: output.sha256,
    width: output.width,
    height: output.height,
    durationMs: output.durationMs,
    placeholder: output.placeholder,
    thumbnailUrl: resized ?? (await stored()),
    provenance: output.provenance,
    ...(exposesFlags && { flags: output.flags }),
  };
}

/** CDNs that resize images read no video. */
function isLargeImage({ height, kind, width }: OutputRecord): boolean {
  return kind === "image" && Math.max(width ?? 0, height ?? 0) > thumbnailSide;
}

function toIso(instant: number): string {
  return new Date(instant).toISOString();
}

function toIsoOrNull(instant: number | null): string | null {
  return instant === null ? null : toIso(instant);
}
