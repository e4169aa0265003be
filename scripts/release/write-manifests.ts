import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";
import { blockRegistry } from "./block-items.ts";
import { toPublishedManifest } from "./published-manifest.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

// Run after a change of `exports`, of the project's links or of the list of blocks: writes only the generated fields of each
// manifest, and `registry.json`.
for (const folder of packageFolders) {
  const text = JSON.stringify(toPublishedManifest(folder, manifestOf(folder)), null, 2);
  writeFileSync(join(root, "packages", folder, "package.json"), `${text}\n`);
}
writeFileSync(join(root, "registry.json"), `${JSON.stringify(blockRegistry(), null, 2)}\n`);
