import type { BucketRequest } from "./bucket-requests.js";
import { type PageObject, parseKeyPage } from "./key-page.js";
import { readText } from "./read-text.js";

/** A bucket and its transport. */
export interface ListedBucket {
  /** URL of the bucket, without a slash at the end. */
  readonly base: string;
  readonly bucket: string;
  /** Sends a request; `null` if the bucket is not found. */
  readonly request: (request: BucketRequest) => Promise<Response | null>;
}

/** A page lists up to a thousand objects, each in a few hundred bytes. */
const maxPageBytes = 1_048_576;

/**
 * Yields the objects of each page of a listing.
 *
 * @param prefix of the keys in the bucket.
 * @throws when a page cannot be read, or a continuation token repeats.
 */
export async function* listPages(
  prefix: string,
  { base, bucket, request }: ListedBucket,
): AsyncGenerator<readonly PageObject[]> {
  const tokens = new Set<string>();
  for (let token: string | null = null; ; ) {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== null) query.set("continuation-token", token);
    const response = await request({ action: "list objects", method: "GET", url: `${base}?${query}` });
    if (response === null) throw new Error(`Bucket "${bucket}" cannot be listed: check \`endpoint\`.`);
    const { isComplete, text } = await readText(response, maxPageBytes);
    if (!isComplete) throw new Error(`The listing of bucket "${bucket}" has a page of more than 1 MiB.`);
    const page = parseKeyPage(text);
    yield page.objects;
    token = page.next;
    if (token === null) return;
    if (tokens.has(token)) throw new Error(`The listing of bucket "${bucket}" repeats a continuation token.`);
    tokens.add(token);
  }
}
