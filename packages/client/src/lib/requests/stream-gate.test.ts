import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { SafelightError } from "./safelight-error.js";
import { createStreamGate } from "./stream-gate.js";

const cut = new SafelightError("network", "cut");
const silent = new SafelightError("timeout", "nothing came");
const brief = { hasBegun: true, lastedMs: 1_000, error: cut };
const refused = { hasBegun: false, lastedMs: 10, error: cut };
const unavailable = new SafelightError("unavailable", "The proxy does not reach it.", { status: 502 });
const badGateway = { hasBegun: false, lastedMs: 10, error: unavailable };
const held = { hasBegun: false, lastedMs: 5_000, error: silent };

describe("createStreamGate", () => {
  it.each([
    ["two that were over at once", [brief, brief], true],
    ["two that told nothing", [held, held], true],
    ["one that was over at once", [brief], false],
    ["one that was over at once, as its server was started again", [brief, refused], false],
    ["one that was over at once, as its server is started again behind a proxy", [brief, badGateway], false],
    ["a server that cannot be reached, again and again", [refused, refused, refused, refused], true],
    ["two with a whole one between them", [brief, { ...brief, lastedMs: 60_000 }, brief], false],
  ])("after %s", (_, ends, isClosed) => {
    const environment = new FakeEnvironment();
    const gate = createStreamGate(environment);
    for (const end of ends) gate.note(end);
    expect(gate.isOpen).toBe(!isClosed);
    environment.skip(300_000);
    expect(gate.isOpen).toBe(true);
  });
});
