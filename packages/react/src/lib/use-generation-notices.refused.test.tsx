import { beforeEach, describe, expect, it } from "vitest";
import { problem } from "../../test/answers.js";
import { ContractServer } from "../../test/contract-server.js";
import { holdTime, pass } from "../../test/pass.js";
import { openTab } from "../../test/teller-tab.js";

let server = new ContractServer();
let told: string[] = [];

const confirmed = () => server.seen("POST /notices/confirm").map(({ body }) => body?.ids);
const refuse = (times: number, code: Parameters<typeof problem>[0]) => {
  for (let count = 0; count < times; count += 1) {
    server.intercept("POST /notices/confirm", { refuse: () => problem(code) });
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
    server = new ContractServer();
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
