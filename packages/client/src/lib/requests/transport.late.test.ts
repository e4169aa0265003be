import { expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { createTransport } from "./transport.js";

/** A client whose late code was removed by a deployment. */
const sendTo = (response: Response) =>
  createTransport({
    options: { baseUrl: "http://safelight.test", fetch: async () => response },
    environment: new FakeEnvironment(),
    loadLate: () => Promise.reject(new TypeError("Failed to fetch dynamically imported module")),
  }).send;

it("rejects with network if the code that reads a failed response cannot be loaded", async () => {
  const result = sendTo(new Response("{}", { status: 402 }))({ path: "", maxRetries: 0 });
  await expect(result).rejects.toMatchObject({ code: "network", retryable: true });
});

it("does not load that code for a success response", async () => {
  const result = sendTo(new Response('{"entries":[]}'))({ path: "/credits" });
  await expect(result).resolves.toMatchObject({ body: { entries: [] } });
});
