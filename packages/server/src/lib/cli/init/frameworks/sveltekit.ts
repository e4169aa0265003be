import type { Framework } from "../framework.js";

const route = `import { safelight } from "$lib/server/safelight";
import type { RequestHandler } from "./$types";

export const fallback: RequestHandler = ({ request }) => safelight.handler(request);
`;

const adminRoute = `import { admin } from "$lib/server/admin";
import type { RequestHandler } from "./$types";

export const fallback: RequestHandler = ({ request }) => admin.handler(request);
`;

const init = `import type { ServerInit } from "@sveltejs/kit";
import { safelight } from "$lib/server/safelight";

export const init: ServerInit = () => {
  safelight.worker.start();
  // At SIGTERM, adapter-node waits up to 30 seconds for open streams, which this ends.
  process.once("SIGTERM", () => safelight.close());
  // Emitted by adapter-node at each end, also at SIGINT.
  process.once("sveltekit:shutdown", () => safelight.close());
};
`;

/** SvelteKit on adapter-node. */
export const sveltekit: Framework = {
  title: "SvelteKit",
  detect: ({ dependencies }) => "@sveltejs/kit" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: false,
  hooksFolder: () => "src/lib",
  module: () => ({
    path: "src/lib/server/safelight.ts",
    secret: "env.SAFELIGHT_SECRET",
    imports: ['import { env } from "$env/dynamic/private";'],
  }),
  plan({ dependencies, has, read }, { hasAdmin }) {
    const path = "src/hooks.server.ts";
    const exists = has(path) && !read(path)?.includes("safelight");
    return {
      files: [
        { path: "src/routes/api/generations/[...path]/+server.ts", text: route },
        ...(exists ? [] : [{ path, text: init }]),
        ...(hasAdmin ? [{ path: "src/routes/admin/safelight/[...path]/+server.ts", text: adminRoute }] : []),
      ],
      pastes: exists ? [{ into: path, text: init }] : [],
      next: [
        ...("@sveltejs/adapter-node" in dependencies ? [] : ['npx sv add sveltekit-adapter="adapter:node"']),
        "npm run dev",
        // By default, the adapter refuses uploads above 512 kB.
        "in production: BODY_SIZE_LIMIT=Infinity node --env-file=.env build",
      ],
    };
  },
};
