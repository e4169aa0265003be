import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Follows `docs/nextjs.md` in an empty folder: runs its first block of commands, adds its files, and builds. Two things
// differ from the page: the version of `create-next-app`, which `package.json` pins, and the packages, which are packed.
const here = import.meta.dirname;
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const commands = /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(join(here, "documented.md"), "utf8"))?.[1] ?? "";
assert.ok(commands.includes("create-next-app@latest"), "docs/nextjs.md does not run create-next-app@latest");
const env = {
  ...process.env,
  // Otherwise `--yes` reuses the choices of the last run.
  XDG_CONFIG_HOME: join(here, ".config"),
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_prefer_offline: "true",
};

execFileSync(
  "sh",
  [
    "-ec",
    commands
      .replace("create-next-app@latest", "create-next-app")
      .replaceAll(/@safelight\/[\w-]+/g, (name) => dependencies[name]),
  ],
  { cwd: here, env, stdio: "inherit" },
);
const app = join(here, "posters");
const overlay = (folder: string) => cpSync(join(here, folder), app, { recursive: true });
const build = () => execFileSync("npm", ["run", "build"], { cwd: app, env, stdio: "inherit" });

overlay("documented");
overlay("bare");
build();
overlay("documented");
build();
