import assert from "node:assert/strict";
import { resolve } from "node:path";
import { root } from "./command.ts";
import { assertNoServerCode } from "./server-marks.ts";

// Asserts that the files that a built app sends to browsers contain no code for servers. Argument: their folder.
const [, , folder] = process.argv;
assert(folder !== undefined, "Pass the folder of the browser's files.");
assertNoServerCode(resolve(root, folder));
console.log(`${folder} contains no code for servers.`);
