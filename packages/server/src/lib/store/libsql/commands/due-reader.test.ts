import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import type { Store } from "../../../ports/store/store.js";
import { libsqlStore } from "../libsql-store.js";

const hourMs = 3_600_000;

describe("DueReader", () => {
  let folder: string;
  let time: number;
  /** A store of a process with the right clock. */
  let right: Store;
  /** A store of a process whose clock is an hour ahead. */
  let ahead: Store;

  beforeEach(async () => {
    folder = await tempFolder("due");
    const url = `file:${join(folder, "test.db")}`;
    time = 1_800_000_000_000;
    right = libsqlStore({ url, now: () => time });
    ahead = libsqlStore({ url, now: () => time + hourMs, monotonicNow: () => time });
    await right.migrate();
  });

  afterEach(async () => {
    await right.close();
    await ahead.close();
  });

  let tokens = 0;
  const claim = (models: readonly string[]) => {
    tokens += 1;
    return ahead.claim({ models, limit: 10, leaseMs: 30_000, token: `token-${tokens}` });
  };

  it.each([
    ["after a read of all due rows", false],
    ["also after another claim of overdue rows", true],
  ])("detects that its clock is ahead %s", async (_, readsOverdue) => {
    await claim(["demo"]);
    if (readsOverdue) await claim([]);
    time += 2_000;
    await new Scenario(right).accepted();
    await claim(["demo"]);
    expect(await ahead.takeClockJumps?.()).toMatchObject([{ reason: "ahead", byMs: hourMs - 2_000 }]);
  });
});
