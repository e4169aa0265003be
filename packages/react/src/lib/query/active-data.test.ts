import { describe, expect, it } from "vitest";
import { testServer } from "../../../test/test-server.js";
import { toActiveData } from "./active-data.js";

describe("toActiveData", () => {
  const response = { ...testServer().active(), serverTime: "2026-01-01T00:00:10.000Z" };

  it("measures the server's clock against the device's", () => {
    expect(toActiveData(response, Date.parse("2026-01-01T00:00:07.000Z")).serverOffsetMs).toBe(3_000);
  });

  it("does not measure an answer that came with the page", () => {
    expect(toActiveData(response, null)).toEqual({ ...response, serverOffsetMs: null });
  });
});
