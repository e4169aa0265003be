import { expect, it } from "vitest";
import { changedNames } from "./changed-names.ts";

it.each([
  { change: "replaced", before: { fetch: 1 }, after: { fetch: 2 } },
  { change: "deleted", before: { fetch: 1 }, after: {} },
  { change: "new", before: {}, after: { fetch: 1 } },
  { change: "new, without a value", before: {}, after: { fetch: undefined } },
])("finds a global that is $change", ({ after, before }) => {
  const kept = ["setTimeout", setTimeout] as const;
  const globals = (values: object) => new Map<string, unknown>([kept, ...Object.entries(values)]);
  expect(changedNames(globals(before), globals(after))).toEqual(["fetch"]);
});
