import type { Framework } from "../framework.js";

const lines = (...text: readonly string[]) => `${text.join("\n")}\n`;

// `fromWebHandler` of Nitro keeps a stream open after its client has disconnected.
const routeOf = (mounted: string) =>
  lines(
    'import { toNodeHandler } from "@safelight/server/node";',
    "",
    `const handler = toNodeHandler(${mounted});`,
    "",
    "// Nitro waits for the end of the response only if the function has three parameters.",
    "export default fromNodeMiddleware((request, response, _next) => handler(request, response));",
  );

// `[...path]` does not match the path of its folder.
const indexRoute = lines('export { default } from "./[...path]";');

const routesIn = (folder: string, mounted: string) => [
  { path: `${folder}/[...path].ts`, text: routeOf(mounted) },
  { path: `${folder}/index.ts`, text: indexRoute },
];

const plugin = lines(
  "export default defineNitroPlugin((nitro) => {",
  "  safelight.worker.start();",
  "  // At SIGTERM, Nitro waits up to 30 seconds for open streams, which this ends.",
  '  process.once("SIGTERM", () => safelight.close());',
  '  nitro.hooks.hook("close", () => safelight.close());',
  "});",
);

/** Nuxt. Its server, Nitro, imports the exports of `server/utils` by itself. */
export const nuxt: Framework = {
  title: "Nuxt",
  detect: ({ dependencies }) => "nuxt" in dependencies,
  packages: ["hono", "@hono/node-server"],
  variables: ".env",
  hasReact: false,
  hooksFolder: () => "app",
  module: () => ({ path: "server/utils/safelight.ts", secret: "process.env.SAFELIGHT_SECRET" }),
  plan: (_, { hasAdmin }) => ({
    files: [
      ...routesIn("server/routes/api/generations", "safelight"),
      { path: "server/plugins/safelight.ts", text: plugin },
      ...(hasAdmin ? routesIn("server/routes/admin/safelight", "admin") : []),
    ],
    pastes: [],
    next: ["npm run dev"],
  }),
};
