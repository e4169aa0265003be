import { describe, expect, it } from "vitest";
import { testStream } from "../../../test/event-stream.js";
import { FakeEnvironment, nothingLeft } from "../../../test/fake-environment.js";
import { origin } from "../../../test/manual-server.js";
import { createTransport } from "../requests/transport.js";
import { readStream } from "./read-stream.js";

/** Reads a stream by a `fetch` that ignores its signal, up to the call of it. */
async function reading() {
  const environment = new FakeEnvironment();
  let respond: (response: Response) => void = () => {};
  let fetched = () => {};
  const isFetched = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  const fetch = () =>
    new Promise<Response>((resolve) => {
      respond = resolve;
      fetched();
    });
  const transport = createTransport({
    options: { baseUrl: origin, fetch },
    environment,
    loadLate: () => import("./live-calls.js"),
  });
  const controller = new AbortController();
  const end = readStream(transport, { query: { after: 7 }, signal: controller.signal }, () => {});
  // Each test awaits it later.
  end.catch(() => {});
  await isFetched;
  return { environment, controller, end, respond: (response: Response) => respond(response) };
}

/** A page in place of the stream, whose body does not end. */
const pageOf = ({ body }: Response) => new Response(body, { headers: { "content-type": "text/html" } });
const bodies = [
  ["a stream", (response: Response) => response],
  ["a page", pageOf],
] as const;

describe("readStream with a `fetch` that ignores its signal", () => {
  it.each(bodies)("cancels %s that arrives after the timeout", async (_, toResponse) => {
    const { environment, end, respond } = await reading();
    await environment.elapse(5_000);
    await expect(end).rejects.toHaveProperty("code", "timeout");
    const stream = testStream();
    respond(toResponse(stream.response));
    await expect.poll(() => stream.isLeft).toBe(true);
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("cancels a page in place of the stream", async () => {
    const { end, respond } = await reading();
    const stream = testStream();
    respond(pageOf(stream.response));
    await expect(end).rejects.toHaveProperty("code", "invalid_response");
    await expect.poll(() => stream.isLeft).toBe(true);
  });

  it("cancels an open stream when the caller aborts", async () => {
    const { environment, controller, end, respond } = await reading();
    const stream = testStream();
    respond(stream.response);
    stream.begin(7);
    await environment.timer(25_000);
    controller.abort();
    await expect(end).rejects.toBe(controller.signal.reason);
    await expect.poll(() => stream.isLeft).toBe(true);
    expect(environment.leftovers).toEqual(nothingLeft);
  });
});
