import type { MediaKind } from "@safelight/client/contract";

/** Max size of one output in bytes: one limit for all kinds of media, or one for each. */
export type OutputLimits = number | Readonly<Record<MediaKind, number>>;

/** Max size of an output of one kind, in bytes; `undefined` without a limit. */
export function maxOutputBytesOf(limits: OutputLimits | undefined, kind: MediaKind): number | undefined {
  return typeof limits === "object" ? limits[kind] : limits;
}
