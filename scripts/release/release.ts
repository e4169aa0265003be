import { type Command, pnpm, runCommand } from "../command.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

// Publishes each package whose version is not in the registry. With --dry-run it publishes and tags nothing.
const isDryRun = process.argv.includes("--dry-run");
const publish: readonly Command[] = isDryRun
  ? packageFolders.map((folder) => pnpm("--filter", manifestOf(folder).name, "publish", "--dry-run", "--no-git-checks"))
  : [["changeset", "publish"]];

for (const command of [pnpm("run", "build"), ...publish]) {
  const { succeeded, output } = await runCommand(command);
  console.log(output.trimEnd());
  if (!succeeded) {
    process.exitCode = 1;
    break;
  }
}
