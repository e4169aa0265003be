import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

it.each([
  ["file", "postgres"],
  ["postgres", "file"],
] as const)("commands refuse to sweep with a moved %s, and say that it has moved to a %s", async (...kinds) => {
  const [from, to] = [await databases.filled(kinds[0]), await databases[kinds[1]]()];
  const media = await tempFolder("moved");
  await mkdir(join(media, "f".repeat(32)));
  await writeFile(join(media, "f".repeat(32), `0-${"a".repeat(64)}`), "image");
  const { schema } = from.schema === "public" ? to : from;
  const run = (command: string, { url }: TestDatabase, ...more: readonly string[]) =>
    runCommand([command, url, "--schema", schema, ...more], {});
  const copy = (...more: readonly string[]) =>
    runCommand(["copy", "--from", from.url, "--to", to.url, "--schema", schema, ...more], {});
  const sweep = (database: TestDatabase) => run("sweep", database, "--media", media);

  await copy("--prepare");
  expect(await sweep(from)).toMatchObject({ exitCode: 0, errors: "" });
  expect((await sweep(to)).errors).toMatch(/unfinished copy/);
  await copy();
  expect((await sweep(from)).errors).toMatch(
    /Could not sweep the media: The database has moved to .*: sweep with that one\./,
  );
  expect(await sweep(to)).toMatchObject({ exitCode: 0, errors: "" });
  for (const command of ["audit", "costs"]) {
    const { errors, exitCode, output } = await run(command, from);
    expect([exitCode, errors]).toEqual([
      2,
      expect.stringMatching(/has moved to .*: this is its state before the move\.\n/),
    ]);
    expect(output).not.toBe("");
    expect(await run(command, to)).toMatchObject({ exitCode: 0, errors: "" });
  }
});
