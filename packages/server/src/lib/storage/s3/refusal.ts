import { readText } from "./read-text.js";

/** Whoever refuses says so at the beginning. In bytes. */
const longestRefusal = 65_536;

/** What a service answers instead of what it was asked for. */
export interface Refusal {
  readonly status: number;
  /** Such as `"AccessDenied"`; `null` when it gives none. */
  readonly code: string | null;
  /** Where the bucket is, as the service says; `null` when it does not. */
  readonly region: string | null;
}

/** Reads a refusal. Of the text of the service only words that can be no secret are kept. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const { text } = await readText(response, longestRefusal).catch(() => ({ text: "" }));
  const [, code = null] = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text) ?? [];
  const [, named = null] = /<Region>([a-z0-9-]{1,64})<\/Region>/.exec(text) ?? [];
  const [region = named] = /^[a-z0-9-]{1,64}$/.exec(response.headers.get("x-amz-bucket-region") ?? "") ?? [];
  return { status: response.status, code, region };
}

/** Whether it says that there is no such object. A bucket that is missing is a mistake, and not an empty one. */
export function isMissingObject({ status, code }: Refusal): boolean {
  return status === 404 && code !== "NoSuchBucket";
}

/** An error that says what was refused, and what may be done. */
export function refusalError(
  refusal: Refusal,
  { action, bucket, region }: { readonly action: string; readonly bucket: string; readonly region: string },
): Error {
  const { status, code } = refusal;
  const advice = adviceFor(refusal, region);
  const reason = code === null ? `${status}` : `${status} ${code}`;
  return new Error(`Bucket "${bucket}" refused to ${action}: ${reason}.${advice === null ? "" : ` ${advice}`}`);
}

function adviceFor({ status, code, region }: Refusal, asked: string): string | null {
  if (region !== null && region !== asked && (status < 400 || code === "AuthorizationHeaderMalformed")) {
    return `It is in the region "${region}", and was looked for in "${asked}".`;
  }
  if (status < 400) return "It redirects to another place: check `region` and `endpoint`.";
  return (code !== null && advices[code]) || null;
}

const advices: Readonly<Record<string, string>> = {
  AccessDenied: "The key needs to put, get and delete objects, and to list the bucket.",
  InvalidAccessKeyId: "Check `accessKeyId` and `endpoint`.",
  NoSuchBucket: "Check `bucket`, `region` and `endpoint`.",
  RequestTimeTooSkewed: "The clock of this machine is wrong.",
  SignatureDoesNotMatch: "Check `secretAccessKey`, `region` and `endpoint`.",
};
