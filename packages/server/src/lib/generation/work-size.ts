import type { MediaKind } from "@safelight/client/contract";

/** More than the max number of outputs, so that each combination has its own number. */
const outputsRange = 1_024;
/** More than the number of resolutions. */
const resolutionRange = 8;
/** Longer clips count as an hour, so that the result fits 32 bits. */
const maxSeconds = 3_600;
/** Max pixels of the shorter side of each resolution. */
const resolutionSides = [480, 768, 1_080, 1_440] as const;

/** The names of fields that vendors use for the length of a clip, and for its resolution. */
const secondsFields = ["seconds", "duration", "durationSeconds", "duration_seconds", "video_length"] as const;
const resolutionFields = ["resolution", "size", "video_size"] as const;

type Fields = Readonly<Record<string, unknown>>;

/** The facts of a generation on which its duration depends. */
export interface WorkFacts {
  readonly kind: MediaKind;
  readonly requestedOutputs: number;
  /** The parsed input. */
  readonly input: unknown;
}

/**
 * Size of the work of a generation, as a number that identifies generations with similar durations: of images the number
 * of outputs, of video and audio also the requested seconds and the resolution. They are found in the usual fields of the
 * input, such as `duration: "8s"` and `resolution: "720p"`.
 */
export function workSizeOf({ input, kind, requestedOutputs }: WorkFacts): number {
  if (kind === "image") return requestedOutputs;
  const fields: Fields = typeof input === "object" && input !== null ? { ...input } : {};
  const seconds = Math.min(Math.round(numberIn(firstOf(fields, secondsFields)) ?? 0), maxSeconds);
  return requestedOutputs + outputsRange * (seconds * resolutionRange + resolutionOf(fields));
}

/** The number of requested outputs in a size of work. */
export function outputsIn(size: number): number {
  return size % outputsRange;
}

/** 0 if the input does not name it, otherwise from 1. */
function resolutionOf(fields: Fields): number {
  const { height, width } = fields;
  const named = firstOf(fields, resolutionFields);
  const sides = [numberIn(width), numberIn(height)].filter((side) => side !== null);
  const side = sides.length === 2 ? Math.min(...sides) : sideIn(named);
  if (side === null) return 0;
  const found = resolutionSides.findIndex((max) => side <= max);
  return found === -1 ? resolutionSides.length + 1 : found + 1;
}

/** The shorter side of `1280x720`, `720p` or `4k`. */
function sideIn(named: unknown): number | null {
  if (typeof named !== "string") return null;
  const [, across, down] = /^(\d{2,5})[x*×:](\d{2,5})$/.exec(named) ?? [];
  if (across !== undefined && down !== undefined) return Math.min(Number(across), Number(down));
  const lines = /^(\d{3,4})p$/i.exec(named)?.[1];
  if (lines !== undefined) return Number(lines);
  return /^4k$/i.test(named) ? 2_160 : null;
}

function firstOf(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

/** A number, also in a text such as `8` or `8s`; `null` for anything else and below 0. */
function numberIn(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+(\.\d+)?s?$/.test(value) ? Number.parseFloat(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null;
}
