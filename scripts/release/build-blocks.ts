import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../command.ts";
import { blockItem, blockNames, blocksFolder, itemFileOf } from "./block-items.ts";

// Writes the items of the blocks, for `shadcn add`: two forms of each.
const dist = join(root, blocksFolder, "dist");
rmSync(dist, { recursive: true, force: true });
for (const name of blockNames) {
  for (const form of ["item", "component"] as const) {
    const path = join(dist, itemFileOf(name, form));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(blockItem(name, form), null, 2)}\n`);
  }
}
