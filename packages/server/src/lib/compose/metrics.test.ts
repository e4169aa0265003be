import parseText from "parse-prometheus-text-format";
import { expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";

it("responds to a scrape with the gauges of the queue, without a prompt, an owner or an id", async () => {
  const server = await testServer();
  const { id } = await server.as("ann").submit();
  server.clock.skip(2_500);
  const response = await server.safelight.metrics();
  expect(response.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  const text = await response.text();
  const states = ["queued", "submitting", "running", "storing", "retry_wait", "reconciling"];
  expect(parseText(text)).toEqual([
    expect.objectContaining({
      name: "safelight_active",
      type: "GAUGE",
      metrics: states.map((state) => ({ labels: { safelight_state: state }, value: state === "queued" ? "1" : "0" })),
    }),
    expect.objectContaining({ name: "safelight_oldest_due_seconds", type: "GAUGE", metrics: [{ value: "2.5" }] }),
    expect.objectContaining({ name: "safelight_outbox_depth", type: "GAUGE", metrics: [{ value: "0" }] }),
  ]);
  // OpenMetrics requires both; the parser reads the older format, where they are comments.
  expect(text).toContain("\n# UNIT safelight_oldest_due_seconds seconds\n");
  expect(text).toMatch(/\n# EOF\n$/);
  for (const secret of [id, "ann", "prompt"]) expect(text).not.toContain(secret);
});

it("reads the queue once for concurrent scrapes", async () => {
  const server = await testServer();
  const { readQueue } = server.store;
  let reads = 0;
  server.store.readQueue = () => {
    reads += 1;
    return readQueue.call(server.store);
  };
  await Promise.all([server.safelight.metrics(), server.safelight.metrics(), server.safelight.metrics()]);
  expect(reads).toBe(1);
});
