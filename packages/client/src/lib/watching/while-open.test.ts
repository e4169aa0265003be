import { expect, it } from "vitest";
import { FakeEnvironment, nothingLeft } from "../../../test/fake-environment.js";
import { whileOpen } from "./while-open.js";

/** A request that ends when its signal aborts. */
const held = (own: AbortSignal) =>
  new Promise<never>((_, reject) => own.addEventListener("abort", () => reject(own.reason)));

it.each([
  ["the page is hidden", (environment: FakeEnvironment) => environment.setHidden(true)],
  ["the device is offline", (environment: FakeEnvironment) => environment.setOnline(false)],
])("aborts a held request when %s", async (_, close) => {
  const environment = new FakeEnvironment();
  const result = whileOpen({ environment, signal: new AbortController().signal }, held);
  close(environment);
  await expect(result).rejects.toMatchObject({ code: "network" });
  expect(environment.leftovers).toEqual(nothingLeft);
});

it("does not abort a held request of a device that reports offline since before it", async () => {
  const environment = new FakeEnvironment();
  environment.setOnline(false);
  const controller = new AbortController();
  const result = whileOpen({ environment, signal: controller.signal }, held);
  // A command has succeeded.
  environment.notifyResponse();
  const reason = new Error("left");
  controller.abort(reason);
  await expect(result).rejects.toBe(reason);
});
