import { describe, expect, it } from "vitest";
import { isRefusal } from "./is-refusal.js";
import { SafelightError } from "./safelight-error.js";

/** As the client throws it, when its own retry is refused. */
const afterLost = (error: SafelightError) => Object.assign(error, { earlierAttempts: 1 });

describe("isRefusal", () => {
  it.each([
    ["a response of the server", new SafelightError("rate_limited", "no", { status: 429 }), true],
    ["the client's check of an input", new SafelightError("invalid_input", "no"), true],
    ["a gateway's 408", new SafelightError("timeout", "no", { status: 408 }), false],
    ["a gateway's 499", new SafelightError("malformed_request", "no", { status: 499 }), false],
    ["a 500 of the server", new SafelightError("internal", "no", { status: 500 }), false],
    ["a refusal after a lost response", afterLost(new SafelightError("unauthenticated", "no", { status: 401 })), false],
    ["a lost response", new SafelightError("network", "no"), false],
    ["an exception of other code", new TypeError("no"), false],
    ["null", null, false],
  ])("for %s", (_, error, expected) => {
    expect(isRefusal(error)).toBe(expected);
  });
});
