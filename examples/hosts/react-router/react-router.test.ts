import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { smokeFreshApp } from "./fresh-app.ts";

// `minimal` has the configuration of the framework's own template, which is only on GitHub.
smokeFreshApp({
  title: "React Router 8",
  framework: "react-router",
  create: "cp -r minimal app",
  module: "app/safelight.server.ts",
  paste: (app, [routes]) => {
    const file = join(app, "app/routes.ts");
    const text = readFileSync(file, "utf8").replace("import { ", "import { route, ");
    writeFileSync(file, text.replace("] satisfies", `,\n${routes?.text}] satisfies`));
  },
  build: "node --run build",
  start: {
    command: ["node", "--env-file=.env", "app/node_modules/@react-router/serve/bin.cjs", "app/build/server/index.js"],
  },
  packages: ["react-router"],
});
