import { afterEach, beforeEach, expect, it } from "vitest";
import { singleFlight } from "../src/lib/process/single-flight.js";
import { type RequestWatch, watchRequests } from "./cross-request-promises.js";

let watch: RequestWatch;
beforeEach(() => {
  watch = watchRequests();
});
afterEach(() => watch.stop());

const later = <Result>(result: Result) => new Promise<Result>((resolve) => setTimeout(() => resolve(result), 20));

it("finds a pending promise that another request awaits", async () => {
  const { run, violations } = watch;
  let shared: Promise<string> | null = null;
  const read = async () => {
    shared ??= later("found");
    return await shared;
  };
  await Promise.all([run("a", read), run("b", read)]);
  expect(violations).toEqual([expect.stringContaining("b awaited a promise of a")]);
});

it("allows promises of the same request, and settled ones", async () => {
  const { run, violations } = watch;
  let shared: Promise<string> | null = null;
  const read = async () => {
    shared ??= later("found");
    return await shared;
  };
  await run("a", () => Promise.all([read(), read()]));
  await run("b", read);
  expect(violations).toEqual([]);
});

it.each([
  [true, 1],
  [false, 0],
])("finds none in singleFlight on Cloudflare Workers (shares promises: %s)", async (sharesPromises, count) => {
  const { run, violations } = watch;
  const read = singleFlight(() => later("found"), { sharesPromises });
  expect(await Promise.all([run("a", () => read()), run("b", () => read())])).toEqual(["found", "found"]);
  expect(violations).toHaveLength(count);
});
