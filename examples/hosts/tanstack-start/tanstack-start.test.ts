import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { smokeFreshApp, template } from "./fresh-app.ts";

smokeFreshApp({
  title: "TanStack Start",
  framework: "tanstack-start",
  create: `${template("@tanstack/cli")} create app --framework React --blank --no-intent --no-install --no-git --package-manager pnpm --yes`,
  module: "src/safelight.ts",
  more: ["@hono/node-server"],
  paste: (app) => copyFileSync(join(import.meta.dirname, "served/start.ts"), join(app, "start.ts")),
  build: "node --run build",
  start: { command: ["node", "--env-file=.env", "app/start.ts"] },
  packages: ["@tanstack/react-start"],
});
