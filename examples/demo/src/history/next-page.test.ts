import assert from "node:assert/strict";
import { test } from "node:test";
import { SafelightError } from "@safelight/client";
import { nextPageOf } from "./next-page.ts";

const query = {
  data: { pages: [{ nextCursor: "a" }, { nextCursor: "b" }] },
  error: null,
  isFetchingNextPage: false,
  isFetchNextPageError: false,
  fetchNextPage: () => null,
};

test("the next page follows the last loaded one", () => {
  assert.equal(nextPageOf(query)?.cursor, "b");
  assert.equal(nextPageOf({ ...query, data: { pages: [{ nextCursor: null }] } }), null);
  assert.equal(nextPageOf({ ...query, data: undefined }), null);
});

test("the error of a next page is shown beside its button, and that of a refetch is not", () => {
  const error = new SafelightError("network", "offline");
  assert.equal(nextPageOf({ ...query, error, isFetchNextPageError: true })?.error, error);
  assert.equal(nextPageOf({ ...query, error })?.error, null);
});
