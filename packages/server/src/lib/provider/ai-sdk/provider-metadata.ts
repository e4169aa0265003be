import { fieldsOf } from "../kit/request/vendor-json.js";

/** Fields that say so when they are set to anything but no. */
const flags = /^(nsfw|flagged|blocked|blockReason|filtered|raiFilteredReason)$/i;
/** Values by which vendors name what their filter does. */
const words =
  /^(image_)?(safety|prohibited_content|recitation|blocklist|spii)$|^content[_-](filter|filtered|moderated|blocked)$|^request[_ ]moderated$/i;

/** What packages tell about one picture of a result. */
export function perImageOf(metadata: unknown, index: number, name?: string): readonly unknown[] {
  const told = name === undefined ? Object.values(fieldsOf(metadata)) : [fieldsOf(metadata)[name]];
  return told.flatMap((one) => {
    const { images } = fieldsOf(one);
    return Array.isArray(images) && images[index] !== undefined ? [images[index]] : [];
  });
}

/** Tells whether there is a sign of a filter anywhere in it. */
export function tellsOfFilter(metadata: unknown): boolean {
  return Object.entries(fieldsOf(metadata)).some(
    ([name, value]) =>
      (flags.test(name) && Boolean(value)) ||
      (typeof value === "string" && words.test(value)) ||
      (typeof value === "object" && tellsOfFilter(value)),
  );
}
