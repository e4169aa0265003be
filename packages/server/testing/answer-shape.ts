import { headerNames } from "@safelight/client/contract";

/** What two answers to the same question have in common, whoever gave them and when. */
export type Shape = null | string | number | boolean | readonly Shape[] | { readonly [name: string]: Shape };

/** Members whose values are the same wherever the same happens; of all others only the kind is kept. */
const compared = new Set([
  "amount",
  "available",
  "balance",
  "code",
  "contentType",
  "credits",
  "height",
  "index",
  "kind",
  "model",
  "reason",
  "refundedCredits",
  "requestedOutputs",
  "required",
  "resync",
  "retired",
  "retryable",
  "scope",
  "source",
  "status",
  "title",
  "type",
  "unseenCount",
  "width",
]);

/** Headers of which it matters what they say. */
const comparedHeaders = [
  "allow",
  "cache-control",
  "content-disposition",
  "content-type",
  headerNames.idempotentReplayed,
  "ratelimit-policy",
];

/** Headers of which it matters that they are there. */
const notedHeaders = ["etag", "location", "ratelimit", "retry-after", headerNames.pollAfterMs, headerNames.requestId];

/** Status, headers and body of an answer. */
export async function answerShape(response: Response): Promise<Shape> {
  const { status, headers } = response;
  const text = headers.get("content-type")?.startsWith("text/event-stream") ? "" : await response.text();
  const isJson = /json/.test(headers.get("content-type") ?? "") && text !== "";
  return {
    status,
    headers: Object.fromEntries(comparedHeaders.map((name) => [name, withoutIds(headers.get(name))])),
    noted: notedHeaders.filter((name) => headers.has(name)),
    body: isJson ? shapeOf(JSON.parse(text)) : text === "" ? null : "bytes",
  };
}

/** The first events of a stream, which is left then. */
export async function eventShapes(response: Response, count: number): Promise<Shape> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n\n").length <= count) {
    const step = await reader?.read();
    if (step?.value === undefined) break;
    text += step.value;
  }
  await reader?.cancel();
  return text
    .split("\n\n")
    .slice(0, count)
    .map((event) => {
      const lines = event.split("\n").map((line) => /^(\w+): (.*)$/.exec(line) ?? []);
      return lines.map(([, field = "", value = ""]) => {
        if (field === "data") return shapeOf(JSON.parse(value));
        return field === "event" ? value : field;
      });
    });
}

function shapeOf(value: unknown, name = ""): Shape {
  if (Array.isArray(value)) return value.map((member) => shapeOf(member, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member, key)]));
  }
  // A number of the host's own, and what it was asked for: both sides were given the same.
  if (value === null) return null;
  return compared.has(name) && typeof value !== "object" ? (value as Shape) : typeof value;
}

function withoutIds(value: string | null): string | null {
  return value?.replaceAll(/(gen|inp)_[0-9a-f-]{36}/g, "$1_") ?? null;
}
