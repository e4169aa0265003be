import { withSetupCode } from "../../ports/setup-error.js";
import { isStorageName } from "../../ports/storage-key.js";

/** The address of a bucket. */
export interface BucketAddress {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly prefix?: string;
  readonly forcePathStyle?: boolean;
}

/**
 * The URL of a bucket, without a slash at the end.
 *
 * @throws {RangeError} for an option that would change the host or the path.
 */
export function bucketUrl({ bucket, region, endpoint, forcePathStyle }: BucketAddress): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`Invalid bucket "${bucket}": use 2–255 letters, digits, dots, hyphens or underscores`),
    );
  }
  if (!/^[a-z0-9-]{1,64}$/.test(region)) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`Invalid region "${region}": use a name such as "eu-central-1" or "auto"`),
    );
  }
  const url = serviceUrl(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`);
  const path = url.pathname.replace(/\/+$/, "");
  // A certificate for *.s3.….amazonaws.com is not valid for a name with more dots.
  const isPath = forcePathStyle ?? (endpoint !== undefined || bucket.includes("."));
  return isPath ? `${url.origin}${path}/${bucket}` : `${url.protocol}//${bucket}.${url.host}${path}`;
}

/**
 * The prefix of a storage's keys in its bucket: `prefix` and a slash, or nothing.
 *
 * @throws {RangeError} for an invalid prefix.
 */
export function keyRoot({ prefix }: BucketAddress): string {
  if (prefix === undefined) return "";
  if (!prefix.split("/").every(isStorageName)) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`Invalid prefix "${prefix}": use names of letters, digits and ._- with slashes between them`),
    );
  }
  return `${prefix}/`;
}

function serviceUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const isService = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  // Credentials in the URL would appear in messages, and `fetch` refuses them.
  if (isService && url.username === "" && url.password === "") return url;
  throw withSetupCode(
    "option_invalid",
    new RangeError("Invalid endpoint: use a URL of http or https without a query and without credentials"),
  );
}
