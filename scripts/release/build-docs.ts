import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packedDocs, packedDocsFolder } from "./packed-docs.ts";

// Writes the docs into the package of the client, which is the current folder. `packed-docs.ts` describes them.
const folder = join(process.cwd(), packedDocsFolder);
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of packedDocs()) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
