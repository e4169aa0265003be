import { readText } from "./read-text.js";

/** Max bytes to read of an error response, whose code is at its start. */
const maxRefusalBytes = 65_536;

/** The error response of a service. */
export interface Refusal {
  readonly status: number;
  /** Such as `"AccessDenied"`; `null` if the response has none. */
  readonly code: string | null;
  /** Region of the bucket, according to the service; `null` if the response has none. */
  readonly region: string | null;
}

/** Reads an error response. Of its text, keeps only words that cannot contain a secret. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const { text } = await readText(response, maxRefusalBytes).catch(() => ({ text: "" }));
  const [, code = null] = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text) ?? [];
  const [, named = null] = /<Region>([a-z0-9-]{1,64})<\/Region>/.exec(text) ?? [];
  const [region = named] = /^[a-z0-9-]{1,64}$/.exec(response.headers.get("x-amz-bucket-region") ?? "") ?? [];
  return { status: response.status, code, region };
}

/**
 * Whether the object does not exist. A missing bucket is a configuration error, and a 404 without this code is that of a proxy
 * whose service is away.
 */
export function isMissingObject({ status, code }: Refusal): boolean {
  return status === 404 && code === "NoSuchKey";
}

/** An error that names the refused action and advises a fix. */
export function refusalError(
  refusal: Refusal,
  { action, bucket, region }: { readonly action: string; readonly bucket: string; readonly region: string },
): Error {
  const { status, code } = refusal;
  const advice = adviceFor(refusal, region);
  const reason = code === null ? `${status}` : `${status} ${code}`;
  return new Error(`Bucket "${bucket}" refused to ${action}: ${reason}.${advice === null ? "" : ` ${advice}`}`);
}

function adviceFor({ status, code, region }: Refusal, requestedRegion: string): string | null {
  if (region !== null && region !== requestedRegion && (status < 400 || code === "AuthorizationHeaderMalformed")) {
    return `The bucket is in the region "${region}", not in "${requestedRegion}": check \`region\`.`;
  }
  if (status < 400) return "The service redirects to another address: check `region` and `endpoint`.";
  if (status === 404 && code === null)
    return "No S3 service has sent this: check `endpoint`, and the proxies in front of it.";
  return (code !== null && advices.get(code)) || null;
}

const advices: ReadonlyMap<string, string> = new Map([
  ["AccessDenied", "The key needs permission to put, get and delete objects, and to list the bucket."],
  ["InvalidAccessKeyId", "Check `accessKeyId` and `endpoint`."],
  ["NoSuchBucket", "Check `bucket`, `region` and `endpoint`."],
  ["RequestTimeTooSkewed", "Correct the clock of this machine."],
  ["SignatureDoesNotMatch", "Check `secretAccessKey`, `region` and `endpoint`."],
]);
