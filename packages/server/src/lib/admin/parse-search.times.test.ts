import { describe, expect, it } from "vitest";
import { parseSearch } from "./parse-search.js";

describe("a time of a search", () => {
  it.each([
    ["2026-11-29", Date.UTC(2026, 10, 29)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2026-11-29T12:00Z", Date.UTC(2026, 10, 29, 12)],
    ["2026-11-29T12:00:30.5Z", Date.UTC(2026, 10, 29, 12, 0, 30, 500)],
    ["2026-11-29T12:00+02:00", Date.UTC(2026, 10, 29, 10)],
  ])("is accepted as %s", (text, time) => {
    expect(parseSearch(`after:${text}`)).toMatchObject({ filter: { from: time } });
    expect(parseSearch(`before:${text}`)).toMatchObject({ filter: { to: time } });
  });

  it.each([
    ["a number", "1"],
    ["a year", "2026"],
    ["a month", "2026-11"],
    ["the local time of the server", "2026-11-29T12:00"],
    ["another notation", "11/29/2026"],
    ["another notation in quotes", '"29 Nov 2026 12:00 GMT"'],
    ["a day that does not exist", "2026-02-30"],
    ["a time of a day that does not exist", "2026-02-30T12:00Z"],
    ["an hour that does not exist", "2026-11-29T25:00Z"],
    ["a year beyond four digits", "+012026-11-29"],
    ["nothing", '""'],
  ])("is not %s", (_, text) => {
    for (const name of ["after", "before"]) {
      expect(parseSearch(`${name}:${text}`)).toMatchObject({
        type: "invalid",
        message: expect.stringContaining(`Invalid term ${name}:${text}`),
      });
    }
  });
});
