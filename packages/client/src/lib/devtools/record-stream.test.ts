import { describe, expect, it } from "vitest";
import { recordStream } from "./record-stream.js";
import { createTrafficLog, type TrafficLog } from "./traffic-log.js";

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;

/** Reads a stream of the given chunks through the recorder. */
async function record(...chunks: readonly string[]): Promise<{ readonly log: TrafficLog; readonly text: string }> {
  const log = createTrafficLog(() => 0);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const text = await recordStream(new Response(body), log).text();
  return { log, text };
}

const typesOf = ({ events }: TrafficLog) => events.map(({ type, sequence }) => [type, sequence]);

describe("recordStream", () => {
  it("passes the bytes on, and records events that arrive in parts", async () => {
    const whole = `${event({ generations: [], resync: true, timeline: "t", sequence: 3 })}: \n\n${event({ balance: 7 })}`;
    const { log, text } = await record(whole.slice(0, 20), whole.slice(20, 70), whole.slice(70));
    expect(text).toBe(whole);
    expect(typesOf(log)).toEqual([
      ["opened", null],
      ["snapshot", 3],
      ["heartbeat", null],
      ["balance", null],
      ["ended", null],
    ]);
  });

  it("records a stream that breaks, and one that the page cancels", async () => {
    const log = createTrafficLog(() => 0);
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError("cut")) });
    await expect(recordStream(new Response(broken), log).text()).rejects.toThrow("cut");
    await recordStream(new Response(new ReadableStream()), log).body?.cancel();
    expect(log.events.map(({ type, text }) => [type, text])).toEqual([
      ["opened", ""],
      ["cut", "TypeError"],
      ["opened", ""],
      ["ended", "by this page"],
    ]);
  });

  it("marks a sequence that goes backwards, except in another timeline", async () => {
    const frame = (sequence: number, timeline?: string) =>
      event({ generations: [], changed: [], deleted: [], resync: true, sequence, ...(timeline && { timeline }) });
    const { log } = await record(frame(5, "a"), frame(4), frame(1, "b"), frame(2));
    const marks = log.events.filter(({ sequence }) => sequence !== null).map(({ isOutOfOrder }) => isOutOfOrder);
    expect(marks).toEqual([false, true, false, false]);
  });

  it("names changes without their input", async () => {
    const generation = {
      id: "gen_00000000-0000-7000-8000-000000abcdef",
      status: "completed",
      input: { prompt: "a secret" },
      progress: { value: 1, source: "estimate" },
      createdAt: "2026-01-01T00:00:00.000Z",
      expectedAt: "2026-01-01T00:00:10.000Z",
      finishedAt: "2026-01-01T00:00:12.500Z",
    };
    const { log } = await record(event({ changed: [generation], deleted: [{ id: "gen_123456" }], sequence: 2 }));
    expect(log.events[1]?.text).toBe("…abcdef completed in 12.5 s, expected 10.0 s, …123456 deleted");
  });
});
