import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { checkSignature } from "./check-signature.js";

/** The values of the examples in Amazon's documentation. */
const credentials = {
  bucket: "examplebucket",
  region: "us-east-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const day = Date.UTC(2013, 4, 24);
const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function check(
  path: string,
  headers: Record<string, string>,
  { now = day, body = new Uint8Array() }: { readonly now?: number; readonly body?: Uint8Array } = {},
): string | null {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: "GET", url: path });
  Object.assign(request.headers, { host: "examplebucket.s3.amazonaws.com", ...headers });
  return checkSignature({ request, url: new URL(path, "http://localhost"), body, credentials, now });
}

describe("checkSignature, with the examples in Amazon's documentation", () => {
  const scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
  const signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z`;
  const path = `/test.txt?${query}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;

  const headers = {
    range: "bytes=0-9",
    "x-amz-content-sha256": empty,
    "x-amz-date": "20130524T000000Z",
    authorization:
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ` +
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  };

  it("accepts valid signatures in the query and in the headers", () => {
    expect(check(path, {})).toBeNull();
    expect(check("/test.txt", headers)).toBeNull();
  });

  it("rejects a signature for another object, header, body or time", () => {
    expect(check(path.replace("test", "text"), {})).toBe("SignatureDoesNotMatch");
    expect(check("/test.txt", { ...headers, range: "bytes=0-8" })).toBe("SignatureDoesNotMatch");
    expect(check("/test.txt", headers, { body: new Uint8Array(1) })).toBe("XAmzContentSHA256Mismatch");
    expect(check("/test.txt", headers, { now: day + 900_001 })).toBe("RequestTimeTooSkewed");
    expect(check(path, {}, { now: day + 86_399_999 })).toBeNull();
    expect(check(path, {}, { now: day + 86_400_000 })).toBe("AccessDenied");
    expect(check(path, {}, { now: day - 900_001 })).toBe("AccessDenied");
    expect(check("/test.txt", {})).toBe("AccessDenied");
  });
});
