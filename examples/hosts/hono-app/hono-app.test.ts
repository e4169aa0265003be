import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { partsOf, smokeFreshApp, template } from "./fresh-app.ts";

smokeFreshApp({
  title: "Hono, in an app of create-vite",
  framework: "hono",
  create: `${template("create-vite")} app --template react-ts --no-interactive
    cd app && npm pkg set type=module dependencies.hono='*' dependencies.@hono/node-server='*'`,
  module: "server/safelight.ts",
  importExtension: ".ts",
  paste: (app, pastes) => {
    const { imports, mounts, starts } = partsOf(pastes);
    const text = `import { serve } from "@hono/node-server";
import { Hono } from "hono";
${imports}
const app = new Hono();
${mounts}
const port = Number(process.env.PORT);
serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => console.log(\`http://127.0.0.1:\${port}/\`));
${starts}`;
    writeFileSync(join(app, "server.ts"), text);
  },
  start: { command: ["node", "--env-file=.env", "app/server.ts"] },
  packages: ["hono", "@hono/node-server"],
});
