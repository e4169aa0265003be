import type { ProblemCode } from "@safelight/client/contract";
import { beforeEach, describe, expect, it } from "vitest";
import { openTab } from "../../../test/notice-tab.js";
import { holdTime, pass } from "../../../test/pass.js";
import { testServer } from "../../../test/test-server.js";

let server = testServer();
let presented: string[] = [];

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

describe("useGenerationNotices, with refused confirmations", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    presented = [];
  });

  it("confirms once per occasion, never in a loop", async () => {
    refuse(200, "internal");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(60_000);
    expect(presented).toEqual([first]);
    expect(confirmed()).toEqual([[first]]);
    const second = end();
    await pass(60_000);
    expect(presented).toEqual([first, second]);
    // The first when it is claimed again, and both after that one was presented.
    expect(confirmed()).toHaveLength(4);
  });

  it("does not repeat a confirmation that is refused for good", async () => {
    refuse(1, "malformed_request");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [second]]);
  });

  it("repeats a confirmation that was refused because the session had ended", async () => {
    refuse(1, "unauthenticated");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [first], [second]]);
  });
});
