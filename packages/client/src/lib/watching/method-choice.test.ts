import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { SafelightError } from "../requests/safelight-error.js";
import { createMethodChoice, type FailedAttempt } from "./method-choice.js";

const stream = { method: "stream", isClosedByPage: false } as const;
const cut = new SafelightError("network", "cut");
const brief: FailedAttempt = { ...stream, hasBegun: true, lastedMs: 1_000, error: cut };
const refused: FailedAttempt = { ...stream, hasBegun: false, lastedMs: 10, error: cut };
const badGateway = { ...refused, error: new SafelightError("unavailable", "No server.", { status: 502 }) };
const notFound = { ...refused, error: new SafelightError("invalid_response", "No route.", { status: 404 }) };
const silent: FailedAttempt = {
  ...stream,
  hasBegun: false,
  lastedMs: 5_000,
  error: new SafelightError("timeout", "no response"),
};
const closed = { ...brief, isClosedByPage: true };
const long = { ...brief, lastedMs: 60_000 };

describe("createMethodChoice", () => {
  it.each([
    ["two short streams", [brief, brief], true],
    ["two streams without a frame", [silent, silent], true],
    ["one short stream", [brief], false],
    ["one short stream, while the server restarts", [brief, refused], false],
    ["one short stream, while the server restarts behind a proxy", [brief, badGateway], false],
    ["repeated failures to reach the server", [refused, refused, refused, refused], true],
    ["two short streams with a long one between them", [brief, long, brief], false],
    ["two short streams that the page closed", [closed, closed, closed], false],
    ["a refused stream", [notFound], true],
  ])("chooses by the failures: %s", (_, failures, isBlocked) => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    const results = failures.map((failure) => choice.recordFailure(failure));
    expect(results.at(-1)).toBe(isBlocked);
    expect(choice.best).toBe(isBlocked ? "longPoll" : "stream");
    environment.skip(300_000);
    expect(choice.best).toBe("stream");
  });

  it("counts from zero once streams are allowed again, and once they are blocked again", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    const fail = () => [brief, brief].map((failure) => choice.recordFailure(failure));
    const short: FailedAttempt = { ...brief, method: "longPoll", lastedMs: 10 };
    expect(fail()).toEqual([false, true]);
    expect(choice.recordFailure(short)).toBe(false);
    environment.skip(300_000);
    expect(choice.best).toBe("stream");
    expect(fail()).toEqual([false, true]);
    expect(choice.recordFailure(short)).toBe(false);
  });

  it("blocks streams for the time of Retry-After", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    const error = new SafelightError("unavailable", "Too many streams.", { status: 503, retryAfterMs: 30_000 });
    expect(choice.recordFailure({ ...refused, error })).toBe(true);
    environment.skip(29_999);
    expect(choice.best).toBe("longPoll");
    environment.skip(1);
    expect(choice.best).toBe("stream");
  });

  it("blocks streams for at most five minutes, also after a longer Retry-After", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    const error = new SafelightError("unavailable", "Maintenance.", { status: 503, retryAfterMs: 3_600_000 });
    choice.recordFailure({ ...refused, error });
    environment.skip(299_999);
    expect(choice.best).toBe("longPoll");
    environment.skip(1);
    expect(choice.best).toBe("stream");
  });

  it("blocks streams for at least a second, also after Retry-After: 0", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    const error = new SafelightError("unavailable", "Busy.", { status: 503, retryAfterMs: 0 });
    expect(choice.recordFailure({ ...refused, error })).toBe(true);
    expect(choice.best).toBe("longPoll");
    environment.skip(1_000);
    expect(choice.best).toBe("stream");
  });

  it("chooses plain requests after two short long polls in a row, until streams are allowed again", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    choice.recordFailure(notFound);
    const short: FailedAttempt = { ...brief, method: "longPoll", lastedMs: 10 };
    expect(choice.recordFailure(short)).toBe(false);
    choice.recordSuccess("longPoll");
    expect(choice.recordFailure(short)).toBe(false);
    choice.recordSuccess("poll");
    expect(choice.recordFailure(short)).toBe(true);
    expect(choice.best).toBe("poll");
    environment.skip(300_000);
    expect(choice.best).toBe("stream");
  });

  it("blocks long polls for the time of Retry-After, and streams no shorter than before", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: true });
    choice.recordFailure(notFound);
    const error = new SafelightError("unavailable", "Deploying.", { status: 503, retryAfterMs: 2_000 });
    const short: FailedAttempt = { ...brief, method: "longPoll", lastedMs: 10, error };
    expect([short, short].map((failure) => choice.recordFailure(failure))).toEqual([false, true]);
    environment.skip(1_999);
    expect(choice.best).toBe("poll");
    environment.skip(1);
    expect(choice.best).toBe("longPoll");
    environment.skip(297_999);
    expect(choice.best).toBe("longPoll");
    environment.skip(1);
    expect(choice.best).toBe("stream");
  });

  it("ignores failures of plain requests", () => {
    const choice = createMethodChoice(new FakeEnvironment(), { canStream: true });
    for (let round = 0; round < 5; round += 1) {
      expect(choice.recordFailure({ ...refused, method: "poll" })).toBe(false);
    }
    expect(choice.best).toBe("stream");
  });

  it("chooses long polls first if responses cannot be read as streams", () => {
    const environment = new FakeEnvironment();
    const choice = createMethodChoice(environment, { canStream: false });
    expect(choice.best).toBe("longPoll");
    const short: FailedAttempt = { ...brief, method: "longPoll", lastedMs: 10 };
    expect([short, short].map((failure) => choice.recordFailure(failure))).toEqual([false, true]);
    expect(choice.best).toBe("poll");
    environment.skip(299_999);
    expect(choice.best).toBe("poll");
    environment.skip(1);
    expect(choice.best).toBe("longPoll");
  });
});
