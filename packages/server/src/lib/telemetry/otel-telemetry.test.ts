import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import type { MetricData } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { describe, expect, it, onTestFinished } from "vitest";
import { telemetryHost } from "../../../test/telemetry-host.js";
import { done, type ProviderScript } from "../../../testing/fakes/scripted-provider.js";
import { generationOf, testServer } from "../../../testing/test-server.js";
import type { Telemetry } from "../ports/telemetry.js";
import { otelTelemetry } from "./otel-telemetry.js";

/** Values by attributes. */
const pointsOf = (metric: MetricData | undefined) =>
  metric?.dataPoints.map(({ attributes, value }) => ({ ...attributes, value })) ?? [];

const milliseconds = ([seconds, nanoseconds]: readonly [number, number]) => seconds * 1_000 + nanoseconds / 1_000_000;

const prompt = "a very private prompt";
const rateLimited = { type: "rejected", failure: { code: "rate_limited", message: "slow down, sk-secret" } } as const;

describe("otelTelemetry", () => {
  it("writes one trace for a generation at its end, with the times of its rows", async () => {
    const costs = [{ amount: 3, unit: "credits" }];
    const { ann, spans } = await telemetryHost({
      submit: [rateLimited, ({ token }) => ({ type: "accepted", operation: { job: token } })],
      poll: [{ ...done(1, 2), costs }],
    });
    const { id } = await ann.submit({ prompt });
    const ended = await ann.finish(id);
    const all = await spans();
    expect(all.map(({ name }) => name).toSorted()).toEqual([
      "generate_content flux",
      "generate_content flux",
      "safelight.generation flux",
      "safelight.queue",
      "safelight.store",
    ]);
    const root = all.find(({ name }) => name === "safelight.generation flux");
    expect(root).toMatchObject({
      kind: SpanKind.INTERNAL,
      parentSpanContext: undefined,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "safelight.generation.id": id,
        "safelight.model": "flux",
        "safelight.status": "completed",
        "safelight.outputs.requested": 2,
        "safelight.outputs.stored": 2,
        "safelight.credits.debited": 4,
        "safelight.credits.refunded": 0,
        "safelight.attempts": 2,
      },
    });
    expect(milliseconds(root?.startTime ?? [0, 0])).toBe(Date.parse(ended.createdAt));
    expect(milliseconds(root?.endTime ?? [0, 0])).toBe(Date.parse(ended.finishedAt ?? ""));
    expect(root?.events.map(({ name }) => name).toSorted()).toEqual(["safelight.accepted", "safelight.cost"]);
    const others = all.filter((span) => span !== root);
    expect(new Set(others.map(({ parentSpanContext }) => parentSpanContext?.spanId))).toEqual(
      new Set([root?.spanContext().spanId]),
    );
    const attempts = all.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(
      attempts.map(({ attributes, status }) => [
        attributes["safelight.attempt.number"],
        attributes["error.type"],
        status.code,
      ]),
    ).toEqual([
      [1, "rate_limited", SpanStatusCode.ERROR],
      [2, undefined, SpanStatusCode.UNSET],
    ]);
    expect(attempts[1]?.attributes).toMatchObject({
      "gen_ai.operation.name": "generate_content",
      "gen_ai.provider.name": "scripted",
      "gen_ai.request.model": "flux",
      "gen_ai.output.type": "image",
    });
  });

  it("reveals no prompt, owner id or text of the vendor unless the host asks for it, and no id in metrics", async () => {
    const script: ProviderScript<{ prompt: string }> = {
      submit: [{ type: "rejected", failure: { code: "content_blocked", message: "no, sk-secret" } }],
    };
    const closed = await telemetryHost(script);
    const { id } = await closed.ann.submit({ prompt });
    await closed.ann.finish(id);
    const text = (all: readonly ReadableSpan[]) =>
      JSON.stringify(all.map(({ attributes, events, name, status }) => ({ attributes, events, name, status })));
    const trace = text(await closed.spans());
    expect(trace).toContain("content_rejected");
    const measured = JSON.stringify([...(await closed.metrics()).values()]);
    expect(measured).toContain("content_rejected");
    for (const secret of [prompt, "sk-secret", '"ann"']) {
      expect(trace).not.toContain(secret);
      expect(measured).not.toContain(secret);
    }
    expect(measured).not.toContain(id);
    // The log names the generation, and quotes the vendor for the operator.
    const logged = JSON.stringify(closed.server.logs);
    expect(logged).toContain(id);
    for (const secret of [prompt, '"ann"']) expect(logged).not.toContain(secret);

    const open = await telemetryHost(script, { owners: true, inputs: (input) => JSON.stringify(input) });
    await open.ann.finish((await open.ann.submit({ prompt })).id);
    const opened = text(await open.spans());
    for (const wanted of [prompt, '"user.id":"ann"']) expect(opened).toContain(wanted);
  });

  it("leaves the text out if the function of `inputs` throws", async () => {
    const inputs = () => {
      throw new Error("the redactor failed");
    };
    const { ann, spans } = await telemetryHost({}, { inputs });
    await ann.finish((await ann.submit({ prompt })).id);
    const root = (await spans()).find(({ name }) => name.startsWith("safelight.generation"));
    expect(root?.attributes).not.toHaveProperty("gen_ai.input.messages");
  });

  it("links the trace to the span of the request, and names the generation on that span", async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const { ann, exporter, spans, tracer } = await telemetryHost();
    const request = tracer.startSpan("POST /api/generations");
    const { id } = await context.with(trace.setSpan(ROOT_CONTEXT, request), () => ann.submit({ prompt }));
    request.end();
    await ann.finish(id);
    const root = (await spans()).find(({ name }) => name.startsWith("safelight.generation"));
    expect(root?.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId]);
    expect(root?.spanContext().traceId).not.toBe(request.spanContext().traceId);
    const posted = exporter.getFinishedSpans().find(({ name }) => name === "POST /api/generations");
    expect(posted?.attributes).toEqual({ "safelight.generation.id": id });
  });

  it("counts submits, ends, credits, costs and log lines, and reads the queue at a collection", async () => {
    const { ann, metrics, server } = await telemetryHost({
      poll: [
        () => Promise.reject(new Error("the network failed")),
        { ...done(1), costs: [{ amount: 3, unit: "credits" }] },
      ],
    });
    const headers = { "idempotency-key": "a-key-of-sixteen" };
    const body = { model: "flux", input: { prompt } };
    const { id } = await generationOf(await ann.post("", body, headers));
    await ann.post("", body, headers);
    await ann.post("", { model: "unknown", input: {} });
    const waiting = await ann.submit({ prompt });
    server.clock.skip(3_000);
    expect(pointsOf((await metrics()).get("safelight.oldest_due"))).toEqual([{ value: 3 }]);
    expect(pointsOf((await metrics()).get("safelight.active"))).toContainEqual({
      "safelight.state": "queued",
      value: 2,
    });
    await ann.post(`/${waiting.id}/cancel`);
    await ann.finish(id);

    const all = await metrics();
    expect(pointsOf(all.get("safelight.submissions"))).toEqual([
      { "safelight.outcome": "accepted", value: 2 },
      { "safelight.outcome": "replayed", value: 1 },
      { "safelight.outcome": "unknown_model", value: 1 },
    ]);
    const model = { "safelight.model": "flux" };
    expect(pointsOf(all.get("safelight.generations"))).toEqual([
      { ...model, "safelight.status": "canceled", value: 1 },
      { ...model, "safelight.status": "completed", value: 1 },
    ]);
    // One of two outputs is missing: half of the price is refunded.
    expect(pointsOf(all.get("safelight.credits"))).toEqual([
      { ...model, "safelight.credits.kind": "captured", value: 2 },
      { ...model, "safelight.credits.kind": "refunded", value: 6 },
    ]);
    expect(pointsOf(all.get("safelight.vendor.cost"))).toEqual([
      { "safelight.provider": "scripted", "safelight.cost.unit": "credits", value: 3 },
    ]);
    for (const name of ["safelight.generation.duration", "safelight.queue.duration", "safelight.attempt.duration"]) {
      expect(all.get(name)?.dataPoints.length, name).toBeGreaterThan(0);
    }
    const lines = server.logs.map(({ fields, level }) => ({
      "safelight.event": fields.event,
      "safelight.level": level,
    }));
    const counted = pointsOf(all.get("safelight.log.events")).map(({ value: _, ...attributes }) => attributes);
    expect(counted).toContainEqual({ "safelight.event": "operation.poll_failed", "safelight.level": "warn" });
    expect(counted).toEqual([...new Map(lines.map((line) => [JSON.stringify(line), line])).values()]);
  });

  it("refuses an unknown option", () => {
    // @ts-expect-error for hosts in JavaScript
    expect(() => otelTelemetry({ input: true })).toThrow('Unknown option "input" in otelTelemetry');
  });
});

describe("a server whose telemetry throws", () => {
  const fail = (): never => {
    throw new Error("the exporter failed");
  };

  it("accepts, completes and closes as without telemetry, and logs the failure once", async () => {
    const telemetry: Telemetry = { submitted: fail, ended: fail, logged: fail, watchQueue: fail };
    const server = await testServer({ telemetry });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    expect(await ann.finish(id)).toMatchObject({ status: "completed" });
    await server.safelight.close();
    expect(server.logs.filter(({ fields }) => fields.event === "telemetry.failed")).toHaveLength(1);
  });

  it("answers a submit and settles while the rows for a trace cannot be read", async () => {
    const telemetry: Telemetry = { submitted: () => {}, ended: () => {}, logged: () => {}, watchQueue: () => () => {} };
    const server = await testServer({ telemetry });
    server.store.getEnded = () => Promise.reject(new Error("the disk failed"));
    const ann = server.as("ann");
    expect(await ann.finish((await ann.submit()).id)).toMatchObject({ status: "completed" });
    expect(server.logs.map(({ fields }) => fields.event)).toContain("telemetry.failed");
  });

  it("does not wait for reports before the worker continues, and waits for them at its close", async () => {
    const ended: string[] = [];
    const telemetry: Telemetry = {
      submitted: () => {},
      ended: ({ generation }) => ended.push(generation.id),
      logged: () => {},
      watchQueue: () => () => {},
    };
    const server = await testServer({ telemetry });
    const { getEnded } = server.store;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.store.getEnded = async (query) => {
      await held;
      return getEnded.call(server.store, query);
    };
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    expect(await generationOf(await ann.get(`/${id}`))).toMatchObject({ status: "canceled" });
    expect(ended).toEqual([]);
    const closed = server.safelight.close();
    // Without the wait for reports, the database is closed by now.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await closed;
    expect(ended).toEqual([id]);
  });
});
