import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";
import { generatedFiles } from "./generated-files.ts";

// Run after a change of `exports`, of the project's address or of the list of blocks.
for (const [path, text] of generatedFiles()) writeFileSync(join(root, path), text);
