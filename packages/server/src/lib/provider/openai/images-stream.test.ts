import { describe, expect, it, vi } from "vitest";
import { bytesOf as bytesIn } from "../../../../testing/bytes-of.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { toBase64 } from "../../bytes/base64.js";
import type { SubmitProgress } from "../../ports/provider.js";
import { readImagesStream } from "./images-stream.js";

const looks = {
  created_at: 1_700_000_000,
  size: "1024x1024",
  quality: "low",
  background: "opaque",
  output_format: "png",
};
const partial = {
  type: "image_generation.partial_image",
  b64_json: toBase64(tinyPng(40)),
  partial_image_index: 0,
  ...looks,
};
// Multi-byte characters, so that some split is inside of a character.
const completed = {
  type: "image_generation.completed",
  revised_prompt: "Müller’s 湖",
  b64_json: toBase64(tinyPng(90)),
  usage: { input_tokens: 9, output_tokens: 272, total_tokens: 281 },
  ...looks,
};
const finished = {
  type: "done",
  outputs: [{ bytes: tinyPng(90), contentType: "image/png" }],
  costs: [
    { amount: 272, unit: "output-tokens" },
    { amount: 9, unit: "input-tokens" },
  ],
};

describe("readImagesStream", () => {
  it("returns the same result for any split of the bytes", async () => {
    const bytes = bytesOf(eventOf(partial), ": still there\n\n", eventOf(completed), "data: [DONE]\n\n");
    for (let at = 0; at <= bytes.byteLength; at += 1) {
      const { news, outcome } = await read(streamOf(bytes.subarray(0, at), bytes.subarray(at)));
      expect(outcome, `split at ${at}`).toEqual(finished);
      expect(news).toEqual([{ progress: null, preview: { bytes: tinyPng(40), contentType: "image/png" } }]);
    }
  });

  it("returns the same result byte by byte, with CRLF and without event names", async () => {
    const unnamed = `data: ${JSON.stringify(partial)}\r\n\r\ndata: ${JSON.stringify(completed)}\r\n\r\n`;
    const { outcome, news } = await read(streamOf(...Array.from(bytesOf(unnamed), (byte) => Uint8Array.of(byte))));
    expect(outcome).toEqual(finished);
    expect(news).toHaveLength(1);
  });

  it("reads events of edits, whose type may only be in the event name", async () => {
    const { type: _, ...said } = completed;
    const { outcome } = await read(streamOf(bytesOf(`event: image_edit.completed\ndata: ${JSON.stringify(said)}\n\n`)));
    expect(outcome).toEqual(finished);
  });

  it("returns once the image is complete, and cancels the stream", async () => {
    const cancel = vi.fn();
    const hanging = new ReadableStream<Uint8Array>({ start: (it) => it.enqueue(bytesOf(eventOf(completed))), cancel });
    expect((await read(hanging)).outcome).toEqual(finished);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it.each([
    ["before any event", []],
    ["after a preview", [eventOf(partial)]],
    ["in the middle of the image", [eventOf(partial), eventOf(completed).slice(0, 150)]],
    ["before the blank line that ends the event", [eventOf(completed).trimEnd()]],
    ["after unknown events", [eventOf({ type: "image_generation.dreaming" }), "data: no JSON\n\n", "data: 7\n\n"]],
    ["with [DONE], even if events follow", ["data: [DONE]\n\n", eventOf(completed)]],
  ])("reports an unknown outcome for a stream that ends %s", async (_, texts) => {
    expect((await read(streamOf(...texts.map((text) => bytesOf(text))))).outcome.type).toBe("unknown");
  });

  it("reports an unknown outcome for a broken stream", async () => {
    const pieces = [bytesOf(eventOf(partial)), bytesOf(eventOf(completed).slice(0, 90))];
    const breaking = new ReadableStream<Uint8Array>({
      pull: (it) => {
        const piece = pieces.shift();
        if (piece === undefined) it.error(new TypeError("terminated"));
        else it.enqueue(piece);
      },
    });
    expect(await read(breaking)).toMatchObject({
      outcome: { type: "unknown", reason: expect.stringContaining("terminated") },
    });
  });

  const blocked = {
    message: "Your request «a quiet lake» was rejected.",
    type: "image_generation_user_error",
    code: "moderation_blocked",
    moderation_details: { categories: ["violence"], moderation_stage: "output" },
  };
  it.each([
    [
      "an error event",
      `event: error\ndata: ${JSON.stringify({ type: "error", error: blocked })}\n\n`,
      "content_blocked",
    ],
    ["an error in an unnamed event", `data: ${JSON.stringify({ error: blocked })}\n\n`, "content_blocked"],
    [
      "an error event whose data is the error itself",
      `event: error\ndata: ${JSON.stringify({ code: "server_error" })}\n\n`,
      "provider_error",
    ],
    ["an error event without data", "event: error\ndata: null\n\n", "provider_error"],
    [
      "a rate limit during the stream",
      `data: ${JSON.stringify({ error: { code: "rate_limit_exceeded" } })}\n\n`,
      "rate_limited",
    ],
  ])("treats %s as the end of a paid request", async (_, text, code) => {
    const { outcome } = await read(streamOf(bytesOf(eventOf(partial), text, eventOf(completed))));
    expect(outcome).toEqual({
      type: "done",
      outputs: [{ failure: { code, message: expect.stringContaining("OpenAI reported an error") } }],
    });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it("fails the output of an event without valid base64", async () => {
    for (const b64_json of [null, undefined, "", "***", 7]) {
      const { outcome } = await read(streamOf(bytesOf(eventOf({ ...completed, b64_json }))));
      expect(outcome).toMatchObject({
        type: "done",
        outputs: [{ failure: { code: "no_output" } }],
        costs: finished.costs,
      });
    }
  });

  it("skips an invalid preview", async () => {
    const texts = [null, "", "***"].map((b64_json) => eventOf({ ...partial, b64_json }));
    const { news, outcome } = await read(streamOf(bytesOf(...texts, eventOf(completed))));
    expect([news, outcome]).toEqual([[], finished]);
  });

  it("stops reading at the maximum output size", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (it) => {
        sent += 1_000;
        it.enqueue(sent === 1_000 ? bytesOf('data: {"b64_json":"') : bytesOf("A".repeat(1_000)));
      },
    });
    const { outcome } = await read(endless, 50_000);
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
    expect(sent).toBeLessThan(60_000);
  });

  it("does not parse a small event that expands to much memory", async () => {
    const more = Array.from({ length: 400_000 }, () => ({}));
    const { outcome } = await read(streamOf(bytesOf(eventOf({ ...completed, more }))));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
  });

  it("reads an image of eight megabytes in small chunks", async () => {
    const bytes = new Uint8Array(8_000_000).fill(7);
    const event = bytesOf(eventOf({ ...completed, b64_json: toBase64(bytes) }));
    const pieces = Array.from({ length: Math.ceil(event.byteLength / 16_384) }, (_, index) =>
      event.subarray(index * 16_384, (index + 1) * 16_384),
    );
    const { outcome } = await read(streamOf(...pieces));
    const [image] = outcome.type === "done" ? bytesIn(outcome.outputs) : [];
    // `toEqual` takes seconds for this many bytes.
    expect(Buffer.compare(image ?? new Uint8Array(), bytes)).toBe(0);
  });
});

async function read(body: ReadableStream<Uint8Array>, maxLength = 20_000_000) {
  const news: SubmitProgress[] = [];
  const outcome = await readImagesStream(body, { onProgress: (one) => news.push(one), maxLength });
  return { news, outcome };
}

function eventOf(event: { readonly type: string; readonly b64_json?: unknown; readonly more?: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function bytesOf(...texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.join(""));
}

function streamOf(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (it) => {
      for (const piece of pieces) it.enqueue(piece);
      it.close();
    },
  });
}
