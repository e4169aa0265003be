import { expect, it, onTestFinished, vi } from "vitest";
import { isNotFound } from "./is-not-found.js";

it.each([
  { what: "a 404 that explains itself in JSON", status: 404, body: '{"detail":"Not found"}', is: true },
  { what: "the 404 page of a proxy", status: 404, body: "<html>", is: false },
  { what: "a 404 without a body", status: 404, body: "", is: false },
  { what: "another status", status: 500, body: '{"detail":"Not found"}', is: false },
])("returns $is for $what", ({ body, is, status }) => {
  expect(isNotFound({ status, body: new TextEncoder().encode(body) })).toBe(is);
});

it("does not parse the body of another status, which may be megabytes of images", () => {
  const parse = vi.spyOn(JSON, "parse");
  onTestFinished(() => parse.mockRestore());
  expect(isNotFound({ status: 200, body: new TextEncoder().encode("{}") })).toBe(false);
  expect(parse).not.toHaveBeenCalled();
});
