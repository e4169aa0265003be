import type { Framework } from "../framework.js";

const worker = `import { safelight } from "./safelight";

// In the default export:
fetch: (request, env, execution) => safelight.handler(request, execution),
// Every minute: advances generations that no page watches.
scheduled: (event, env, execution) => execution.waitUntil(safelight.worker.tick()),
`;

const bindings = `"d1_databases": [{ "binding": "DB", "database_name": "safelight", "database_id": "…" }],
"r2_buckets": [{ "binding": "BUCKET", "bucket_name": "safelight-media" }],
"ai": { "binding": "AI" },
"triggers": { "crons": ["* * * * *"] }
`;

/** Cloudflare Workers with D1 and R2. */
export const workers: Framework = {
  title: "Cloudflare Workers",
  detect: ({ dependencies, has }) =>
    "wrangler" in dependencies || has("wrangler.jsonc") || has("wrangler.json") || has("wrangler.toml"),
  packages: ["hono"],
  variables: ".dev.vars",
  hasReact: false,
  hooksFolder: () => "src",
  module: () => ({
    path: "src/safelight.ts",
    secret: "env.SAFELIGHT_SECRET",
    imports: ['import { env } from "cloudflare:workers";'],
    options: ['worker: { mode: "request", budgetMs: 30_000 },'],
  }),
  plan: (_, { hasAdmin }) => ({
    files: [],
    pastes: [
      { into: "the file that `main` in wrangler.jsonc names", text: worker },
      { into: "wrangler.jsonc", text: bindings },
      ...(hasAdmin ? [{ into: "the handler `fetch`, before the line of safelight", text: adminLine }] : []),
    ],
    next: ["npx wrangler types", "npx wrangler dev"],
  }),
};

const adminLine = `import { admin } from "./admin";
if (new URL(request.url).pathname.startsWith("/admin/safelight")) return admin.handler(request);
`;
