import { headerNames } from "@safelight/client/contract";

/** The parts of a response that must be equal for two servers and at any time: generated values become their type. */
export type Shape = null | string | number | boolean | readonly Shape[] | { readonly [name: string]: Shape };

/** Members whose values are compared. Of all other members, only the type is compared. */
const compared = new Set([
  "active",
  "amount",
  "available",
  "balance",
  "code",
  "contentType",
  "credits",
  "expectedOutputs",
  "height",
  "index",
  "kind",
  "max",
  "model",
  "outcome",
  "reason",
  "refund",
  "refundCredits",
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

/** Headers whose values are compared. */
const comparedHeaders = [
  "allow",
  "cache-control",
  "content-disposition",
  "content-type",
  headerNames.idempotentReplayed,
  "ratelimit-policy",
];

/** Headers of which only the presence is compared. */
const presentHeaders = ["etag", "location", "ratelimit", "retry-after", headerNames.pollAfterMs, headerNames.requestId];

/** Status, headers and body of a response. The body of an event stream is not read. */
export async function responseShape(response: Response): Promise<Shape> {
  const { status, headers } = response;
  const text = headers.get("content-type")?.startsWith("text/event-stream") ? "" : await response.text();
  const isJson = /json/.test(headers.get("content-type") ?? "") && text !== "";
  return {
    status,
    headers: Object.fromEntries(comparedHeaders.map((name) => [name, withoutIds(headers.get(name))])),
    present: presentHeaders.filter((name) => headers.has(name)),
    body: isJson ? shapeOf(JSON.parse(text)) : text === "" ? null : "bytes",
  };
}

/** The first `count` events of a stream, which is then canceled. */
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
  if (value === null) return null;
  return compared.has(name) && typeof value !== "object" ? (value as Shape) : typeof value;
}

function withoutIds(value: string | null): string | null {
  return value?.replaceAll(/(gen|inp)_[0-9a-f-]{36}/g, "$1_") ?? null;
}
