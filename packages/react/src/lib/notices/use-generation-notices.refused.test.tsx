import type { ProblemCode } from "@safelight/client/contract";
import { beforeEach, describe, expect, it } from "vitest";
import { holdTime, pass } from "../../../test/pass.js";
import { openTab } from "../../../test/teller-tab.js";
import { testServer } from "../../../test/test-server.js";

let server = testServer();
let told: string[] = [];

const confirmed = () => server.requestsTo("POST /notices/confirm").map(({ json }) => Object(json).ids);
const refuse = (times: number, code: ProblemCode) => {
  for (let count = 0; count < times; count += 1) {
    server.refuseNext("POST /notices/confirm", code);
  }
};
const end = () => {
  const { id } = server.submit();
  server.complete(id);
  return id;
};

describe("useGenerationNotices, where confirmations are refused", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    told = [];
  });

  it("confirms it once at each occasion, never in a loop", async () => {
    refuse(200, "internal");
    openTab(server, told);
    await pass(1_000);
    const first = end();
    await pass(60_000);
    expect(told).toEqual([first]);
    expect(confirmed()).toEqual([[first]]);
    const second = end();
    await pass(60_000);
    expect(told).toEqual([first, second]);
    // The first one when it is asked again, and both when that was told.
    expect(confirmed()).toHaveLength(4);
  });

  it("does not repeat what is refused for good", async () => {
    refuse(1, "malformed_request");
    openTab(server, told);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [second]]);
  });

  it("repeats what was refused because the session had ended", async () => {
    refuse(1, "unauthenticated");
    openTab(server, told);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [first], [second]]);
  });
});
