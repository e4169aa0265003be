import { smokeFreshApp } from "./fresh-app.ts";

// The framework's own template is on GitHub: `minimal` has the same configuration.
smokeFreshApp({
  title: "Nuxt",
  framework: "nuxt",
  create: "cp -r minimal app",
  module: "server/utils/safelight.ts",
  build: "node --run build",
  start: { command: ["node", "--env-file=.env", "app/.output/server/index.mjs"] },
  packages: ["nuxt"],
});
