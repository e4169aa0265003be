import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, onTestFinished, vi } from "vitest";
import type { SafelightApp } from "../src/lib/contract/app.js";
import { createSafelightClient } from "../src/lib/create-safelight-client.js";
import { createMockServer } from "../src/lib/msw/create-mock-server.js";
import type { SafelightError } from "../src/lib/requests/safelight-error.js";

/** The app that types the tests. */
export type App = SafelightApp<{
  flux: { readonly input: { readonly prompt: string; readonly steps?: number } };
  old: { readonly input: { readonly prompt: string } };
}>;

/** A mock server behind the network of the test file, with a client. Each test starts with a reset server. */
export function mockedNetwork() {
  const safelight = createMockServer({
    credits: 20,
    models: { flux: { credits: 4 }, old: { retired: true } },
    recognition: true,
  });
  const network = setupServer(...safelight.handlers);
  // Each request passes an intercepted socket, which is slow on a busy machine.
  vi.setConfig({ testTimeout: 60_000 });
  beforeAll(() => network.listen({ onUnhandledFrame: "error" }));
  afterEach(() => {
    network.resetHandlers();
    safelight.reset();
  });
  afterAll(() => network.close());
  return { safelight, network, client: createSafelightClient<App>({ baseUrl: "https://example.test" }) };
}

/** Reads one item per call; leaves the iteration when the test finishes. */
export function follow<Item>(iterable: AsyncIterable<Item>): () => Promise<Item> {
  const iterator = iterable[Symbol.asyncIterator]();
  onTestFinished(async () => void (await iterator.return?.()));
  return async () => (await iterator.next()).value;
}

/** The error that a call rejects with. */
export function refusalOf(call: Promise<unknown>): Promise<SafelightError> {
  return call.then(
    () => Promise.reject(new Error("the call was not refused")),
    (error) => error,
  );
}
