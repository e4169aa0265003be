import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { SafelightError } from "./safelight-error.js";
import { createStreamGate } from "./stream-gate.js";

const cut = new SafelightError("network", "cut");
const silent = new SafelightError("timeout", "no response");
const brief = { hasBegun: true, lastedMs: 1_000, error: cut };
const refused = { hasBegun: false, lastedMs: 10, error: cut };
const unavailable = new SafelightError("unavailable", "The proxy cannot reach the server.", { status: 502 });
const badGateway = { hasBegun: false, lastedMs: 10, error: unavailable };
const held = { hasBegun: false, lastedMs: 5_000, error: silent };

describe("createStreamGate", () => {
  it.each([
    ["two short streams", [brief, brief], true],
    ["two streams without an event", [held, held], true],
    ["one short stream", [brief], false],
    ["one short stream, while its server restarts", [brief, refused], false],
    ["one short stream, while its server restarts behind a proxy", [brief, badGateway], false],
    ["repeated failures to reach the server", [refused, refused, refused, refused], true],
    ["two short streams with a long one between them", [brief, { ...brief, lastedMs: 60_000 }, brief], false],
  ])("after %s", (_, ends, isClosed) => {
    const environment = new FakeEnvironment();
    const gate = createStreamGate(environment);
    for (const end of ends) gate.note(end);
    expect(gate.isOpen).toBe(!isClosed);
    environment.skip(300_000);
    expect(gate.isOpen).toBe(true);
  });
});
