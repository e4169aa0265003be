import { type Command, pnpm, runCommand } from "../command.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

// Publishes each package whose version the registry lacks. With --dry-run nothing is sent and no tag is made.
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
