import { smokeFreshApp } from "./fresh-app.ts";

// The framework's own template is on GitHub: `minimal` has the same configuration, after `npx astro add node`.
smokeFreshApp({
  title: "Astro",
  framework: "astro",
  create: "cp -r minimal app",
  module: "src/safelight.ts",
  build: "node --run build",
  start: { command: ["node", "--env-file=.env", "app/dist/server/entry.mjs"], env: { ASTRO_TELEMETRY_DISABLED: "1" } },
  packages: ["astro", "@astrojs/node"],
});
