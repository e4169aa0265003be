import type { Framework } from "../framework.js";

const lines = (...text: readonly string[]) => `${text.join("\n")}\n`;

const route = lines("export default fromWebHandler((request) => safelight.handler(request));");
const adminRoute = lines("export default fromWebHandler((request) => admin.handler(request));");
const plugin = lines(
  "export default defineNitroPlugin((nitro) => {",
  "  safelight.worker.start();",
  '  nitro.hooks.hook("close", () => safelight.close());',
  "});",
);

/** Nuxt, and Nitro alone. Nitro imports the exports of `server/utils` by itself. */
export const nuxt: Framework = {
  title: "Nuxt",
  detect: ({ dependencies }) => "nuxt" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: false,
  hooksFolder: () => "app",
  module: () => ({ path: "server/utils/safelight.ts", secret: "process.env.SAFELIGHT_SECRET" }),
  plan: (_, { hasAdmin }) => ({
    files: [
      { path: "server/routes/api/generations/[...path].ts", text: route },
      { path: "server/plugins/safelight.ts", text: plugin },
      ...(hasAdmin ? [{ path: "server/routes/admin/safelight/[...path].ts", text: adminRoute }] : []),
    ],
    pastes: [],
    next: ["npm run dev"],
  }),
};
