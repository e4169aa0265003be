import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startClock } from "./quick-start.ts";
import { runDocumented } from "./run-documented.ts";

// Follows `docs/vite.md` in an empty folder: runs its first block of commands, adds its files, and builds. Two things
// differ from the page: the version of `create-vite`, which `package.json` pins, and the packages, which are packed.
const here = import.meta.dirname;
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const page = readFileSync(join(here, "documented.md"), "utf8");
const blockOf = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
const env = {
  ...process.env,
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_prefer_offline: "true",
};

const template = "npm create --yes vite@latest posters --";
assert.ok(blockOf("sh").includes(template), `docs/vite.md does not run ${template}`);
const commands = blockOf("sh")
  .replace(template, "npx create-vite posters")
  .replaceAll(/@safelight\/[\w-]+/g, (name) => dependencies[name]);
startClock();
runDocumented(commands, { cwd: here, env });

const app = join(here, "posters");
cpSync(join(here, "documented"), app, { recursive: true });
const include = '"include": ["src"]';
const config = readFileSync(join(app, "tsconfig.app.json"), "utf8");
assert.ok(config.includes(include) && blockOf("json").startsWith(include));
writeFileSync(join(app, "tsconfig.app.json"), config.replace(include, blockOf("json").trim()));
// The build, and the secret. `app-process.ts` runs the last line of the block.
const [, , production = ""] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
const [build = "", secret = ""] = production.split("\n");
assert.equal(build, "npm run build");
execFileSync("sh", ["-ec", `${build}\n${secret}`], { cwd: app, env, stdio: "inherit" });
