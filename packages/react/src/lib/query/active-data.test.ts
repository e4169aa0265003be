import { describe, expect, it } from "vitest";
import { testServer } from "../../../test/test-server.js";
import { toActiveData } from "./active-data.js";

describe("toActiveData", () => {
  const response = { ...testServer().active(), serverTime: "2026-01-01T00:00:10.000Z" };

  it("computes the offset of the server's clock from the device's", () => {
    expect(toActiveData(response, Date.parse("2026-01-01T00:00:07.000Z")).serverOffsetMs).toBe(3_000);
  });

  it("computes no offset for a response that was rendered with the page", () => {
    expect(toActiveData(response, null)).toEqual({ ...response, serverOffsetMs: null });
  });
});
