import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { SafelightError } from "./safelight-error.js";
import { createStreamCircuitBreaker } from "./stream-circuit-breaker.js";

const cut = new SafelightError("network", "cut");
const silent = new SafelightError("timeout", "no response");
const brief = { hasBegun: true, lastedMs: 1_000, error: cut };
const refused = { hasBegun: false, lastedMs: 10, error: cut };
const unavailable = new SafelightError("unavailable", "The proxy cannot reach the server.", { status: 502 });
const badGateway = { hasBegun: false, lastedMs: 10, error: unavailable };
const held = { hasBegun: false, lastedMs: 5_000, error: silent };

describe("createStreamCircuitBreaker", () => {
  it.each([
    ["two short streams", [brief, brief], true],
    ["two streams without an event", [held, held], true],
    ["one short stream", [brief], false],
    ["one short stream, while its server restarts", [brief, refused], false],
    ["one short stream, while its server restarts behind a proxy", [brief, badGateway], false],
    ["repeated failures to reach the server", [refused, refused, refused, refused], true],
    ["two short streams with a long one between them", [brief, { ...brief, lastedMs: 60_000 }, brief], false],
  ])("after %s", (_, ends, isBlocked) => {
    const environment = new FakeEnvironment();
    const breaker = createStreamCircuitBreaker(environment);
    for (const end of ends) breaker.recordEnd(end);
    expect(breaker.allowsStream).toBe(!isBlocked);
    environment.skip(300_000);
    expect(breaker.allowsStream).toBe(true);
  });

  it("starts to count again once it has opened", () => {
    const environment = new FakeEnvironment();
    const breaker = createStreamCircuitBreaker(environment);
    const open = () => [brief, brief].map((end) => breaker.recordEnd(end));
    expect(open()).toEqual([false, true]);
    environment.skip(300_000);
    expect(open()).toEqual([false, true]);
  });
});
