import { gzipSync } from "node:zlib";
import { type SignedCall, vendorSecret } from "./calling-vendor.js";
import { type CallText, signCall } from "./sign-call.js";

/** What a forger has seen: a genuine call-back, and one of another generation. */
export interface Genuine {
  readonly text: CallText;
  readonly call: SignedCall;
  /** Of a running generation whose job is known. */
  readonly other: CallText;
}

/** A request that is sent instead. */
export interface Forged {
  readonly call: SignedCall;
  readonly init?: RequestInit;
}

/** One way to forge, and what it must be answered. */
export interface Forgery {
  readonly name: string;
  readonly status: number;
  readonly forge: (genuine: Genuine) => Forged;
}

/** Secrets that are not, or no longer, the vendor's. */
export const foreignSecret = `whsec_${btoa("the secret of another customer of it")}`;

const mebibyte = 1_048_576;

/** The same bytes in another spelling: the last letter of 32 bytes in base64 has two bits that say nothing. */
const respelled = (text: string): string =>
  text.replace(/.(?==?$)/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));

/** Everything but the signature is right. */
const signature = (name: string, change: (signature: string) => string): Forgery => ({
  name,
  status: 401,
  forge: ({ call }) => ({
    call: {
      ...call,
      headers: { ...call.headers, "webhook-signature": change(call.headers["webhook-signature"] ?? "") },
    },
  }),
});

/** The signature is that of something else. */
const unsigned = (name: string, change: (call: SignedCall) => Partial<SignedCall>): Forgery => ({
  name,
  status: 401,
  forge: ({ call }) => ({ call: { ...call, ...change(call) } }),
});

/** Signed as by the vendor, at another time. */
const signedAt = (name: string, change: (seconds: string) => string): Forgery => ({
  name,
  status: 401,
  forge: ({ text }) => ({ call: signCall({ ...text, seconds: change(text.seconds) }, vendorSecret) }),
});

/** A genuine call at a URL of the forger's making. */
const elsewhere = (name: string, change: (url: string) => string): Forgery => ({
  name,
  status: 404,
  forge: ({ call }) => ({ call: { ...call, url: change(call.url) } }),
});

/** A genuine call, sent in another way. */
const sentAs = (name: string, status: number, init: (genuine: Genuine) => RequestInit): Forgery => ({
  name,
  status,
  forge: (genuine) => ({ call: genuine.call, init: init(genuine) }),
});

const header = (name: string, value: string) => (call: SignedCall) => ({ headers: { ...call.headers, [name]: value } });
/** The token's middle part. */
const numbered = (url: string, change: (attempt: string) => string): string =>
  url.replace(/(?<=\.)\d+(?=\.[^.]*$)/, change);
const tokenSignature = (url: string): string => url.split(".").at(-1) ?? "";

/** Every way that we know of. */
export const forgeries: readonly Forgery[] = [
  signature("no signature", () => ""),
  signature("a signature of nothing", () => "v1,"),
  signature("a made-up signature", () => `v1,${Buffer.alloc(32, 7).toString("base64")}`),
  signature("a signature that is cut", (value) => value.slice(0, -4)),
  signature("a signature in another spelling", respelled),
  signature("a signature in hexadecimal", (value) => `v1,${Buffer.from(value.slice(3), "base64").toString("hex")}`),
  signature("a signature without its version", (value) => value.slice(3)),
  signature("a signature of an unknown version", (value) => `v2,${value.slice(3)}`),
  signature("a signature of an unknown kind of key", (value) => `v1a,${value.slice(3)}`),
  signature("two signatures, both wrong", (value) => `v1,${value.slice(4)}A ${value.replace("v1,", "v1,AAAA")}`),
  signature("a signature after a thousand others", (value) => `${"v1,AAAA ".repeat(1_000)}${value}`),
  { name: "another secret", status: 401, forge: ({ text }) => ({ call: signCall(text, foreignSecret) }) },
  { name: "an empty secret", status: 401, forge: ({ text }) => ({ call: signCall(text, "whsec_") }) },

  signedAt("a stamp of 301 seconds ago", (seconds) => String(Number(seconds) - 301)),
  signedAt("a stamp 301 seconds ahead", (seconds) => String(Number(seconds) + 301)),
  signedAt("a stamp of 2001", () => "1000000000"),
  signedAt("a stamp in milliseconds", (seconds) => `${seconds}000`),
  signedAt("a stamp with a fraction", (seconds) => `${seconds}.0`),
  signedAt("a stamp with a sign", (seconds) => `+${seconds}`),
  signedAt("a stamp below zero", (seconds) => `-${seconds}`),
  signedAt("a stamp in hexadecimal", (seconds) => `0x${Number(seconds).toString(16)}`),
  signedAt("a stamp with an exponent", (seconds) => `${seconds}e0`),
  signedAt("no stamp", () => ""),
  signedAt("a stamp that is no number", () => "NaN"),
  unsigned("a stamp that was not signed", (call) =>
    header("webhook-timestamp", String(Number(call.headers["webhook-timestamp"]) + 1))(call),
  ),
  unsigned("two stamps", (call) => header("webhook-timestamp", `1, ${call.headers["webhook-timestamp"]}`)(call)),

  unsigned("another id", header("webhook-id", "msg_other")),
  unsigned("no id", header("webhook-id", "")),
  unsigned("a body that was parsed and written again", ({ body }) => ({ body: JSON.stringify(JSON.parse(body)) })),
  unsigned("a body with another letter", ({ body }) => ({ body: body.replace("completed", "Completed") })),
  unsigned("a body with a line more", ({ body }) => ({ body: `${body}\n` })),
  unsigned("a body with a mark before it", ({ body }) => ({ body: `\ufeff${body}` })),
  unsigned("half a body", ({ body }) => ({ body: body.slice(0, body.length / 2) })),
  unsigned("no body", () => ({ body: "" })),
  sentAs("a body that was packed", 401, ({ call }) => ({
    body: gzipSync(call.body),
    headers: { ...call.headers, "content-encoding": "gzip" },
  })),
  sentAs("a body of 5 MB", 413, () => ({ body: "x".repeat(5_000_000) })),
  sentAs("a body without a length that goes on", 413, ({ call }) => ({
    body: new Blob([call.body, " ".repeat(mebibyte)]).stream(),
    ...{ duplex: "half" },
  })),
  sentAs("another method", 405, () => ({ method: "PUT" })),

  elsewhere("the path of another provider", (url) => url.replace("/calling/", "/fal/")),
  elsewhere("no provider", (url) => url.replace("/calling/", "//")),
  elsewhere("another attempt's number", (url) => numbered(url, (attempt) => (attempt === "1" ? "2" : "1"))),
  elsewhere("an attempt with a zero before it", (url) => numbered(url, (attempt) => `0${attempt}`)),
  elsewhere("an attempt below one", (url) => numbered(url, () => "0")),
  elsewhere("a token that is cut", (url) => url.slice(0, -1)),
  elsewhere("a token with a letter more", (url) => `${url}A`),
  elsewhere("a token in another spelling", respelled),
  elsewhere("a token without its signature", (url) => url.slice(0, -tokenSignature(url).length)),
  elsewhere("a token that was made up", (url) => url.slice(0, -43) + "A".repeat(43)),
  {
    name: "the other generation's id in this token",
    status: 404,
    forge: ({ call, other }) => ({
      call: { ...call, url: other.url.replace(tokenSignature(other.url), tokenSignature(call.url)) },
    }),
  },
  {
    name: "the other generation's signature in this token",
    status: 404,
    forge: ({ call, other }) => ({
      call: { ...call, url: call.url.replace(tokenSignature(call.url), tokenSignature(other.url)) },
    }),
  },
  {
    // Signed and well addressed, and about a job that is not this generation's: taken note of, and of no effect.
    name: "the other generation's token",
    status: 202,
    forge: ({ call, other }) => ({ call: { ...call, url: other.url } }),
  },
];
