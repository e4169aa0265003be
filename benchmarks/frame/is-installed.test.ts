import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { tempFolder } from "../../packages/server/testing/temp-folder.ts";
import { isInstalled } from "./is-installed.ts";

test("requires pnpm's marker file for peers alone", async () => {
  const folder = await tempFolder("peers");
  const peers = pathToFileURL(`${folder}/`);
  const [theirs, ours] = [new URL("submit/queue-script.ts", peers), new URL("../submit/own-script.ts", peers)];
  const check = () => [isInstalled(theirs, peers), isInstalled(ours, peers)];
  expect(check()).toEqual([false, true]);
  await mkdir(join(folder, "node_modules"));
  expect(check()).toEqual([false, true]);
  await writeFile(join(folder, "node_modules", ".modules.yaml"), "");
  expect(check()).toEqual([true, true]);
});
