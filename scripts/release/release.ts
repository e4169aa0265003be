import { pnpm, runCommand } from "../command.ts";
import { rehearse } from "./rehearsal/rehearse.ts";

// Publishes each package whose version is not in the registry. With --dry-run it rehearses the release of the next
// version, and publishes and tags nothing.
if (process.argv.includes("--dry-run")) process.exitCode = (await rehearse()) ? 0 : 1;
else await publish();

async function publish(): Promise<void> {
  for (const command of [pnpm("run", "build"), ["changeset", "publish"]] as const) {
    const { succeeded, output } = await runCommand(command);
    console.log(output.trimEnd());
    if (succeeded) continue;
    process.exitCode = 1;
    return;
  }
}
