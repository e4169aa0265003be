import { expect, it, vi } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { createTransport } from "./transport.js";

// A deployment has removed the chunk.
vi.mock("./response-error.js", () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});

it("fails by the network if the code that reads a failed response cannot be loaded", async () => {
  const fetch = async () => new Response("{}", { status: 402 });
  const { send } = createTransport({ baseUrl: "http://safelight.test", fetch }, new FakeEnvironment());
  await expect(send({ path: "", maxRetries: 0 })).rejects.toMatchObject({ code: "network", retryable: true });
});

it("needs none of that code for a response that succeeds", async () => {
  const fetch = async () => new Response('{"entries":[]}');
  const { send } = createTransport({ baseUrl: "http://safelight.test", fetch }, new FakeEnvironment());
  await expect(send({ path: "/credits" })).resolves.toMatchObject({ body: { entries: [] } });
});
