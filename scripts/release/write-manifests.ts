import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";
import { toPublishedManifest } from "./published-manifest.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

// Run after a change of `exports` or of the project's links: writes only the generated fields of each manifest.
for (const folder of packageFolders) {
  const text = JSON.stringify(toPublishedManifest(folder, manifestOf(folder)), null, 2);
  writeFileSync(join(root, "packages", folder, "package.json"), `${text}\n`);
}
