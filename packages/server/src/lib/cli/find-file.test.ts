import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copiedDatabases } from "../../../test/copied-databases.js";
import { output, Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

describe.each(["file", "postgres"] as const)("safelight file: %s", (kind) => {
  it("finds the generation of a file or of a hash, also after its deletion", async () => {
    const database = await databases[kind]();
    const store = database.open();
    await store.migrate();
    const path = join(await tempFolder("cli-file"), "a.png");
    await writeFile(path, "bytes of a file");
    const sha256 = createHash("sha256").update("bytes of a file").digest("hex");
    const scenario = new Scenario(store);
    const id = await scenario.accepted();
    const claim = await scenario.claimOne(id);
    const attemptToken = scenario.token();
    await scenario.intent(claim, attemptToken);
    await scenario.result(claim, attemptToken);
    await scenario.settle(claim, { type: "completed", outputs: [output({ sha256 })] });
    const run = (...args: readonly string[]) =>
      runCommand(["file", database.url, "--schema", database.schema, ...args], {});

    const { output: found } = await run(path, "--json");
    expect(JSON.parse(found)).toMatchObject({ sha256, outputs: [{ generationId: id, index: 0, deletedAt: null }] });
    expect((await run(sha256)).output).not.toContain("deleted on");
    await store.remove({ ownerId: "ada", id });
    expect((await run(sha256.toUpperCase())).output).toMatch(new RegExp(`${id} .* deleted on \\d{4}-.*Z\n$`));
    expect((await run("0".repeat(64))).output).toBe("No output is this file, byte for byte.\n");
    expect(await run("missing.png")).toMatchObject({ exitCode: 2, errors: expect.stringContaining("missing.png") });
    expect(await run()).toMatchObject({ exitCode: 2, errors: expect.stringContaining("Pass the URL") });
  });
});
