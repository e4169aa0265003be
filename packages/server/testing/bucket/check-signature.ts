import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Credentials and address of the bucket. */
export interface BucketCredentials {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A received request. */
interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Uint8Array;
  readonly credentials: BucketCredentials;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The signature of a request and its parameters. */
interface ClaimedSignature {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** `20261126T120000Z` */
  readonly time: string;
  readonly payload: string;
  readonly token: string | null;
  /** Seconds after `time`; `null` for a request that is signed in its headers. */
  readonly expires: number | null;
}

const maxSkewMs = 900_000;

/**
 * Checks a signature (version 4) in the headers or in the query.
 *
 * @returns the S3 error code; `null` for a valid signature.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html, 2026-11
 */
export function checkSignature(received: ReceivedRequest): string | null {
  const { request, url, body, credentials, now } = received;
  const claim = url.searchParams.has("X-Amz-Signature") ? claimOfQuery(url) : claimOfHeaders(request);
  if (claim === null) return "AccessDenied";
  const [accessKeyId, ...scope] = claim.credential.split("/");
  if (accessKeyId !== credentials.accessKeyId) return "InvalidAccessKeyId";
  if (claim.token !== (credentials.sessionToken ?? null)) return "InvalidToken";
  const at = Date.parse(claim.time.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  if (claim.expires === null && Math.abs(now - at) > maxSkewMs) return "RequestTimeTooSkewed";
  if (claim.expires !== null && (at > now + maxSkewMs || now >= at + claim.expires * 1_000)) return "AccessDenied";
  if (scope.join("/") !== `${claim.time.slice(0, 8)}/${credentials.region}/s3/aws4_request`) {
    return "SignatureDoesNotMatch";
  }
  const canonical = [
    request.method,
    url.pathname.split("/").map(encoded).join("/"),
    canonicalQuery(request.url ?? ""),
    ...claim.signedHeaders.split(";").map((name) => `${name}:${String(request.headers[name] ?? "").trim()}`),
    "",
    claim.signedHeaders,
    claim.payload,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", claim.time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${credentials.secretAccessKey}`);
  if (hmac(key, text).toString("hex") !== claim.signature) return "SignatureDoesNotMatch";
  const isPayload = claim.payload === "UNSIGNED-PAYLOAD" || claim.payload === sha256(body);
  return isPayload ? null : "XAmzContentSHA256Mismatch";
}

function claimOfQuery({ searchParams }: URL): ClaimedSignature {
  const of = (name: string): string => searchParams.get(`X-Amz-${name}`) ?? "";
  return {
    credential: of("Credential"),
    signedHeaders: of("SignedHeaders"),
    signature: of("Signature"),
    time: of("Date"),
    payload: "UNSIGNED-PAYLOAD",
    token: searchParams.get("X-Amz-Security-Token"),
    expires: Number(of("Expires")),
  };
}

function claimOfHeaders({ headers }: IncomingMessage): ClaimedSignature | null {
  const pattern = /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/;
  const [, credential, signedHeaders, signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return null;
  const token = headers["x-amz-security-token"];
  return {
    credential,
    signedHeaders,
    signature,
    time: String(headers["x-amz-date"]),
    payload: String(headers["x-amz-content-sha256"]),
    token: token === undefined ? null : String(token),
    expires: null,
  };
}

/** Built from the query's text, because a parser would treat `+` and `%20` alike. */
function canonicalQuery(path: string): string {
  const pairs = (path.split("?")[1] ?? "").split("&").filter((pair) => pair !== "");
  return pairs
    .map((pair) => pair.split("=").map((part) => encoded(decodeURIComponent(part))))
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name = "", value = ""]) => `${name}=${value}`)
    .sort()
    .join("&");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
