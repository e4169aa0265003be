import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";
import { toPublishedExports } from "./publish-exports.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

// Run after a change of `exports`: writes the published form beside it, and changes nothing else.
for (const folder of packageFolders) {
  const manifest = manifestOf(folder);
  const published = { ...manifest.publishConfig, exports: toPublishedExports(manifest.exports) };
  const text = JSON.stringify({ ...manifest, publishConfig: published }, null, 2);
  writeFileSync(join(root, "packages", folder, "package.json"), `${text}\n`);
}
