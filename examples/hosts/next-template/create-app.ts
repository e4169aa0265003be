import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { startClock } from "./quick-start.ts";
import { runDocumented } from "./run-documented.ts";

// Follows `docs/nextjs.md` in an empty folder: runs its first block of commands, adds its files, and builds. Five things
// differ from the page: the version of `create-next-app`, which `package.json` pins; its own install, which is skipped; its
// linter; the packages, which are packed; and the route group of the page, which leaves room for another root layout.
const here = import.meta.dirname;
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const commands = /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(join(here, "documented.md"), "utf8"))?.[1] ?? "";
assert.ok(commands.includes("create-next-app@latest posters"), "docs/nextjs.md does not run create-next-app@latest");
const env = {
  ...process.env,
  // Otherwise `--yes` reuses the choices of the last run.
  XDG_CONFIG_HOME: join(here, ".config"),
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_prefer_offline: "true",
};

startClock();
runDocumented(
  commands
    // The next command, `npm install`, installs the dependencies of the template too. No test runs its linter.
    .replace("create-next-app@latest posters", "create-next-app posters --skip-install --no-eslint")
    .replaceAll(/@safelight\/[\w-]+/g, (name) => dependencies[name]),
  { cwd: here, env },
);
const app = join(here, "posters");
for (const folder of ["documented", "bare"]) cpSync(join(here, folder), app, { recursive: true });
// One build for both root layouts: a route group changes no URL.
mkdirSync(join(app, "app", "(documented)"));
for (const file of ["layout.tsx", "page.tsx", "globals.css"]) {
  renameSync(join(app, "app", file), join(app, "app", "(documented)", file));
}
execFileSync(process.execPath, ["--run", "build"], { cwd: app, env, stdio: "inherit" });
