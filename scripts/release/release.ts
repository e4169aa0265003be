import { runCommand } from "../command.ts";
import { publicAddress } from "./public-address.ts";
import { rehearse } from "./rehearsal/rehearse.ts";
import { rehearseRelease, releasePackages } from "./release-packages.ts";

const release = process.argv.includes("--dry-run") ? rehearseRelease : releasePackages;
const succeeded = await release({ address: publicAddress, rehearse, run: runCommand, print: console.log });
process.exitCode = succeeded ? 0 : 1;
