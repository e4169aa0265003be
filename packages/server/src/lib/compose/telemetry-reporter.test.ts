import { expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import type { LogEvent } from "../ports/log-event.js";
import type { EndedGeneration } from "../ports/store/ended-store.js";
import type { Telemetry } from "../ports/telemetry.js";
import { createTelemetryReporter } from "./telemetry-reporter.js";

it("drops reports while a thousand wait for the database, and logs that once", async () => {
  const events: LogEvent[] = [];
  const log = (_message: string, { event }: { readonly event: LogEvent }) => void events.push(event);
  const telemetry: Telemetry = { submitted: () => {}, ended: () => {}, logged: () => {}, watchQueue: () => () => {} };
  let release = (_ended: EndedGeneration | null): void => {};
  const held = new Promise<EndedGeneration | null>((resolve) => {
    release = resolve;
  });
  let reads = 0;
  const reporter = createTelemetryReporter({
    telemetry,
    store: {
      getEnded: () => {
        reads += 1;
        return held;
      },
      findAttempt: async () => null,
    },
    readQueue: () => Promise.reject(new Error("not read")),
    clock: fakeClock(),
    logger: { debug: log, info: log, warn: log, error: log },
    ownerTagOf: async () => "tag",
  });
  const reports = Array.from({ length: 1_002 }, () => reporter.ended("gen_1"));
  expect(reads).toBe(1_000);
  expect(events).toEqual(["telemetry.dropped"]);
  release(null);
  await Promise.all(reports);
  await reporter.ended("gen_2");
  expect(reads).toBe(1_001);
});

it("delays its caller by at most a second", async () => {
  const clock = fakeClock();
  const log = () => {};
  const reporter = createTelemetryReporter({
    telemetry: { submitted: () => {}, ended: () => {}, logged: () => {}, watchQueue: () => () => {} },
    store: { getEnded: () => new Promise(() => {}), findAttempt: async () => null },
    readQueue: () => Promise.reject(new Error("not read")),
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    ownerTagOf: async () => "tag",
  });
  let isSettled = false;
  const reported = reporter.ended("gen_1").then(() => {
    isSettled = true;
  });
  await clock.advance(999);
  expect(isSettled).toBe(false);
  await clock.advance(1);
  await reported;
});
