import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { output, Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { tempFolder } from "../../packages/server/testing/temp-folder.js";
import { killableStore } from "./killable-store.js";

/** Returns the crash points passed since the last call. */
async function watched() {
  const folder = await tempFolder("member");
  let passed: string[] = [];
  const store = killableStore(pathToFileURL(join(folder, "test.db")).href, {
    points: {
      pass: (point) => void passed.push(point),
      onStaleWrite: () => {},
      onWrite: () => {},
    },
  });
  onTestFinished(async () => {
    await store.close();
  });
  await store.migrate();
  const passedNow = () => {
    const points = passed.filter((point) => /^P\d+$/.test(point));
    passed = [];
    return points;
  };
  return { scenario: new Scenario(store), passedNow };
}

describe("killableStore", () => {
  it("passes each crash point between two statements once, whatever the SQL reads", async () => {
    const { scenario, passedNow } = await watched();
    // The first submit retries after it has created the owner and the account.
    await scenario.accepted();
    passedNow();
    const id = await scenario.accepted();
    expect(passedNow()).toEqual(["P2"]);
    const claim = await scenario.claimOne(id);
    expect(passedNow()).toEqual(["P17"]);
    await scenario.intent(claim, "token");
    await scenario.result(claim, "token");
    passedNow();
    await scenario.settle(claim, { type: "completed", outputs: [output()] });
    expect(passedNow()).toEqual(["P14"]);
  });
});
