import { smokeFreshApp } from "./fresh-app.ts";

// `minimal` has the configuration of the framework's own template after `npx astro add node`. The template is only on GitHub.
smokeFreshApp({
  title: "Astro",
  framework: "astro",
  create: "cp -r minimal app",
  module: "src/safelight.ts",
  build: "node --run build",
  start: { command: ["node", "--env-file=.env", "app/dist/server/entry.mjs"], env: { ASTRO_TELEMETRY_DISABLED: "1" } },
  packages: ["astro", "@astrojs/node"],
});
