import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { output, Scenario } from "../../src/lib/testing/store-contract/scenario.js";
import { victimStore } from "./victim-store.js";

/** What was passed since it was asked last. */
async function watched() {
  const folder = await mkdtemp(join(tmpdir(), "safelight-victim-"));
  let passed: string[] = [];
  const store = victimStore(pathToFileURL(join(folder, "test.db")).href, {
    pass: (point) => void passed.push(point),
    onStaleWrite: () => {},
    onWrite: () => {},
  });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  await store.migrate();
  const passedNow = () => {
    const points = passed.filter((point) => /^P\d+$/.test(point));
    passed = [];
    return points;
  };
  return { scenario: new Scenario(store), passedNow };
}

describe("victimStore", () => {
  it("passes each point that lies between two statements once, whatever the statements say by now", async () => {
    const { scenario, passedNow } = await watched();
    // The first one opens owner and account on a second way through.
    await scenario.accepted();
    passedNow();
    const id = await scenario.accepted();
    expect(passedNow()).toEqual(["P2"]);
    const claim = await scenario.take(id);
    expect(passedNow()).toEqual(["P17"]);
    await scenario.intent(claim, "token");
    await scenario.result(claim, "token");
    passedNow();
    await scenario.settle(claim, { type: "completed", outputs: [output()] });
    expect(passedNow()).toEqual(["P14"]);
  });
});
