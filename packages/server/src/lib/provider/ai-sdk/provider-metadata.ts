import { fieldsOf } from "../kit/request/vendor-json.js";

/** Metadata fields that report a filter with any truthy value. */
const flags = /^(nsfw|flagged|blocked|blockReason|filtered|raiFilteredReason)$/i;
/** Filter names in metadata values. */
const words =
  /^(image_)?(safety|prohibited_content|recitation|blocklist|spii)$|^content[_-](filter|filtered|moderated|blocked)$|^request[_ ]moderated$/i;

/** Metadata about one image of a result. */
export function perImageOf(metadata: unknown, index: number, name?: string): readonly unknown[] {
  const told = name === undefined ? Object.values(fieldsOf(metadata)) : [fieldsOf(metadata)[name]];
  return told.flatMap((one) => {
    const { images } = fieldsOf(one);
    return Array.isArray(images) && images[index] !== undefined ? [images[index]] : [];
  });
}

/** Returns whether the metadata reports a filter at any depth. */
export function tellsOfFilter(metadata: unknown): boolean {
  return Object.entries(fieldsOf(metadata)).some(
    ([name, value]) =>
      (flags.test(name) && Boolean(value)) ||
      (typeof value === "string" && words.test(value)) ||
      (typeof value === "object" && tellsOfFilter(value)),
  );
}
