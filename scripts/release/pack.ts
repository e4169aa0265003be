import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pnpm, root, runCommand } from "../command.ts";
import { packageFolders, tarballFolder, tarballOf } from "./tarballs.ts";

// Packs the packages as they would be published, for the checks that use the tarballs.
rmSync(tarballFolder, { recursive: true, force: true });
mkdirSync(tarballFolder, { recursive: true });
for (const folder of packageFolders) {
  const cwd = join(root, "packages", folder);
  const packed = await runCommand(pnpm("pack", "--out", tarballOf(folder)), { cwd });
  console.log(packed.succeeded ? tarballOf(folder) : packed.output);
  if (!packed.succeeded) process.exitCode = 1;
}
