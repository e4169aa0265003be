import { asRecord } from "../../json/as-record.js";

/** Metadata fields that report a filter with any truthy value. */
const flags = /^(nsfw|flagged|blocked|blockReason|filtered|raiFilteredReason)$/i;
/** Filter names in metadata values. */
const words =
  /^(image_)?(safety|prohibited_content|recitation|blocklist|spii)$|^content[_-](filter|filtered|moderated|blocked)$|^request[_ ]moderated$/i;

/** Metadata about one image of a result. */
export function perImageOf(
  metadata: unknown,
  { index, name }: { readonly index: number; readonly name?: string | undefined },
): readonly unknown[] {
  const reported = name === undefined ? Object.values(asRecord(metadata)) : [asRecord(metadata)[name]];
  return reported.flatMap((one) => {
    const { images } = asRecord(one);
    return Array.isArray(images) && images[index] !== undefined ? [images[index]] : [];
  });
}

/** Returns whether the metadata reports a filter at any depth. */
export function reportsFilter(metadata: unknown): boolean {
  return Object.entries(asRecord(metadata)).some(
    ([name, value]) =>
      (flags.test(name) && Boolean(value)) ||
      (typeof value === "string" && words.test(value)) ||
      (typeof value === "object" && reportsFilter(value)),
  );
}
