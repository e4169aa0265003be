import { expect, it } from "vitest";
import { createAsyncScope } from "./async-scope.js";

it("passes the value through awaits, and not outside", async () => {
  const scope = createAsyncScope<number>();
  const read = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return scope.getStore();
  };
  expect(await Promise.all([scope.run(1, read), scope.run(2, read), read()])).toEqual([1, 2, undefined]);
});

it("calls the function on a platform without the module", () => {
  const scope = createAsyncScope<number>({});
  expect(scope.run(1, () => ["result", scope.getStore()])).toEqual(["result", undefined]);
});
