import { smokeFreshApp } from "./fresh-app.ts";

// `minimal` has the configuration of the framework's own template, which is only on GitHub.
smokeFreshApp({
  title: "Nuxt",
  framework: "nuxt",
  create: "cp -r minimal app",
  module: "server/utils/safelight.ts",
  build: "node --run build",
  start: { command: ["node", "--env-file=.env", "app/.output/server/index.mjs"] },
  packages: ["nuxt"],
});
