/** An object of a page, with its key in the bucket. */
export interface PageObject {
  readonly key: string;
  /** `null` if the service omits it. */
  readonly byteLength: number | null;
  /** Epoch milliseconds; `null` if the service omits it. */
  readonly storedAt: number | null;
}

/** A page of a listing. */
export interface KeyPage {
  readonly objects: readonly PageObject[];
  /** The continuation token of the next page; `null` on the last page. */
  readonly next: string | null;
}

/**
 * Parses a response to ListObjectsV2.
 *
 * @throws for another document, and for a truncated listing without a continuation token.
 */
export function parseKeyPage(xml: string): KeyPage {
  // Another service's page, or half of one, would look like an empty listing, and its objects would stay.
  if (!/<\/ListBucketResult>\s*$/.test(xml)) throw new Error("The response is not a complete listing of a bucket.");
  // Linear: reads each character a few times. One regular expression for all would rescan the rest again and again.
  const parts = xml.split("</Contents>").slice(0, -1);
  const objects = parts.flatMap((part) => {
    const [, contents = ""] = part.split("<Contents>");
    const [, key] = /<Key>([^<]*)<\/Key>/.exec(contents) ?? [];
    if (key === undefined) return [];
    const [, size] = /<Size>(\d{1,15})<\/Size>/.exec(contents) ?? [];
    const [, modified = ""] = /<LastModified>([^<]*)<\/LastModified>/.exec(contents) ?? [];
    const storedAt = Date.parse(modified);
    return [
      {
        key: fromXml(key),
        byteLength: size === undefined ? null : Number(size),
        storedAt: Number.isNaN(storedAt) ? null : storedAt,
      },
    ];
  });
  const [, token = ""] = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(xml) ?? [];
  const isTruncated = /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(xml);
  if (isTruncated && token === "") throw new Error("A truncated listing of a bucket has no continuation token.");
  return { objects, next: isTruncated ? fromXml(token) : null };
}

const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function fromXml(text: string): string {
  // biome-ignore lint/complexity/useMaxParams: one parameter for each group
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (entity, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[name] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : entity;
  });
}
