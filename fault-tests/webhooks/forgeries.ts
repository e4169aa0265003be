import { gzipSync } from "node:zlib";
import { signWebhook, type WebhookText } from "./sign-webhook.js";
import { type SignedWebhook, vendorSecret } from "./webhook-vendor.js";

/** Input of a forgery: a genuine webhook, and one of another generation. */
export interface Genuine {
  readonly text: WebhookText;
  readonly webhook: SignedWebhook;
  /** Of a running generation whose job is known. */
  readonly other: WebhookText;
}

/** The forged request. */
export interface Forged {
  readonly webhook: SignedWebhook;
  readonly init?: RequestInit;
}

/** A forgery, and the expected status. */
export interface Forgery {
  readonly name: string;
  readonly status: number;
  readonly forge: (genuine: Genuine) => Forged;
}

/** A secret that is not the vendor's, or no longer. */
export const foreignSecret = `whsec_${btoa("the secret of another customer of it")}`;

const mebibyte = 1_048_576;

/** The same bytes in another spelling: the last base64 letter of 32 bytes has two unused bits. */
const respelled = (text: string): string =>
  text.replace(/.(?==?$)/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));

/** Changes only the signature. */
const signature = (name: string, change: (signature: string) => string): Forgery => ({
  name,
  status: 401,
  forge: ({ webhook }) => ({
    webhook: {
      ...webhook,
      headers: { ...webhook.headers, "webhook-signature": change(webhook.headers["webhook-signature"] ?? "") },
    },
  }),
});

/** Changes the request without a new signature. */
const unsigned = (name: string, change: (webhook: SignedWebhook) => Partial<SignedWebhook>): Forgery => ({
  name,
  status: 401,
  forge: ({ webhook }) => ({ webhook: { ...webhook, ...change(webhook) } }),
});

/** Signs with the vendor's secret at another time. */
const signedAt = (name: string, change: (seconds: string) => string): Forgery => ({
  name,
  status: 401,
  forge: ({ text }) => ({ webhook: signWebhook({ ...text, seconds: change(text.seconds) }, vendorSecret) }),
});

/** Sends a genuine webhook to another URL. */
const toOtherUrl = (name: string, change: (url: string) => string): Forgery => ({
  name,
  status: 404,
  forge: ({ webhook }) => ({ webhook: { ...webhook, url: change(webhook.url) } }),
});

/** Sends a genuine webhook by another request. */
const sentAs = (
  name: string,
  { status, init }: { readonly status: number; readonly init: (genuine: Genuine) => RequestInit },
): Forgery => ({
  name,
  status,
  forge: (genuine) => ({ webhook: genuine.webhook, init: init(genuine) }),
});

const header = (name: string, value: string) => (webhook: SignedWebhook) => ({
  headers: { ...webhook.headers, [name]: value },
});
/** Changes the attempt number in the middle of the token. */
const numbered = (url: string, change: (attempt: string) => string): string =>
  url.replace(/(?<=\.)\d+(?=\.[^.]*$)/, change);
const tokenSignature = (url: string): string => url.split(".").at(-1) ?? "";

/** All known forgeries. */
export const forgeries: readonly Forgery[] = [
  signature("no signature", () => ""),
  signature("an empty signature", () => "v1,"),
  signature("a made-up signature", () => `v1,${Buffer.alloc(32, 7).toString("base64")}`),
  signature("a signature that is cut", (value) => value.slice(0, -4)),
  signature("a signature in another spelling", respelled),
  signature("a signature in hexadecimal", (value) => `v1,${Buffer.from(value.slice(3), "base64").toString("hex")}`),
  signature("a signature without its version", (value) => value.slice(3)),
  signature("a signature of an unknown version", (value) => `v2,${value.slice(3)}`),
  signature("a signature of an unknown kind of key", (value) => `v1a,${value.slice(3)}`),
  signature("two signatures, both wrong", (value) => `v1,${value.slice(4)}A ${value.replace("v1,", "v1,AAAA")}`),
  signature("a signature after a thousand others", (value) => `${"v1,AAAA ".repeat(1_000)}${value}`),
  { name: "another secret", status: 401, forge: ({ text }) => ({ webhook: signWebhook(text, foreignSecret) }) },
  { name: "an empty secret", status: 401, forge: ({ text }) => ({ webhook: signWebhook(text, "whsec_") }) },

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
  unsigned("a stamp that was not signed", (webhook) =>
    header("webhook-timestamp", String(Number(webhook.headers["webhook-timestamp"]) + 1))(webhook),
  ),
  unsigned("two stamps", (webhook) =>
    header("webhook-timestamp", `1, ${webhook.headers["webhook-timestamp"]}`)(webhook),
  ),

  unsigned("another id", header("webhook-id", "msg_other")),
  unsigned("no id", header("webhook-id", "")),
  unsigned("a body that was parsed and serialized again", ({ body }) => ({ body: JSON.stringify(JSON.parse(body)) })),
  unsigned("a body with another letter", ({ body }) => ({ body: body.replace("completed", "Completed") })),
  unsigned("a body with a trailing newline", ({ body }) => ({ body: `${body}\n` })),
  unsigned("a body with a byte order mark", ({ body }) => ({ body: `\ufeff${body}` })),
  unsigned("half a body", ({ body }) => ({ body: body.slice(0, body.length / 2) })),
  unsigned("no body", () => ({ body: "" })),
  sentAs("a compressed body", {
    status: 401,
    init: ({ webhook }) => ({
      body: gzipSync(webhook.body),
      headers: { ...webhook.headers, "content-encoding": "gzip" },
    }),
  }),
  sentAs("a body of 5 MB", { status: 413, init: () => ({ body: "x".repeat(5_000_000) }) }),
  sentAs("a body without a length of chunks", {
    status: 413,
    init: ({ webhook }) => ({
      body: new Blob([webhook.body, " ".repeat(mebibyte)]).stream(),
      ...{ duplex: "half" },
    }),
  }),
  sentAs("another method", { status: 405, init: () => ({ method: "PUT" }) }),

  toOtherUrl("the path of another provider", (url) => url.replace("/calling/", "/fal/")),
  toOtherUrl("no provider", (url) => url.replace("/calling/", "//")),
  toOtherUrl("another attempt's number", (url) => numbered(url, (attempt) => (attempt === "1" ? "2" : "1"))),
  toOtherUrl("an attempt with a zero before it", (url) => numbered(url, (attempt) => `0${attempt}`)),
  toOtherUrl("an attempt below one", (url) => numbered(url, () => "0")),
  toOtherUrl("a token that is cut", (url) => url.slice(0, -1)),
  toOtherUrl("a token with another letter appended", (url) => `${url}A`),
  toOtherUrl("a token in another spelling", respelled),
  toOtherUrl("a token without its signature", (url) => url.slice(0, -tokenSignature(url).length)),
  toOtherUrl("a token made up", (url) => url.slice(0, -43) + "A".repeat(43)),
  {
    name: "the other generation's id in this token",
    status: 404,
    forge: ({ webhook, other }) => ({
      webhook: { ...webhook, url: other.url.replace(tokenSignature(other.url), tokenSignature(webhook.url)) },
    }),
  },
  {
    name: "the other generation's signature in this token",
    status: 404,
    forge: ({ webhook, other }) => ({
      webhook: { ...webhook, url: webhook.url.replace(tokenSignature(webhook.url), tokenSignature(other.url)) },
    }),
  },
  {
    // Signed and correctly addressed, but about another generation's job: recorded without effect.
    name: "the other generation's token",
    status: 202,
    forge: ({ webhook, other }) => ({ webhook: { ...webhook, url: other.url } }),
  },
];
