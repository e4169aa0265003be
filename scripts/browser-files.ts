import assert from "node:assert/strict";
import { resolve } from "node:path";
import { root } from "./command.ts";
import { assertNothingOfTheServer } from "./server-marks.ts";

// Asserts that what a built app sends to browsers, in the folder given, holds nothing that is for servers alone.
const [, , folder] = process.argv;
assert(folder !== undefined, "name the folder of what browsers are sent");
assertNothingOfTheServer(resolve(root, folder));
console.log(`${folder} holds nothing of the server.`);
