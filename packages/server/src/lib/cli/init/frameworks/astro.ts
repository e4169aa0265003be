import { type Framework, loadsVariables, startsWorker } from "../framework.js";

// The server loads this route with its first request, and the build does not. A second start does nothing.
const route = `import type { APIRoute } from "astro";
import { safelight } from "../../../safelight";

export const prerender = false;

${startsWorker}
export const ALL: APIRoute = ({ request }) => safelight.handler(request);
`;

const adminRoute = `import type { APIRoute } from "astro";
import { admin } from "../../../admin";

export const prerender = false;

export const ALL: APIRoute = ({ request }) => admin.handler(request);
`;

/** Astro with the adapter for Node. */
export const astro: Framework = {
  title: "Astro",
  detect: ({ dependencies }) => "astro" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: false,
  hooksFolder: () => "src",
  module: () => ({ path: "src/safelight.ts", secret: "process.env.SAFELIGHT_SECRET", ...loadsVariables }),
  plan({ dependencies }, { hasAdmin }) {
    return {
      files: [
        { path: "src/pages/api/generations/[...path].ts", text: route },
        ...(hasAdmin ? [{ path: "src/pages/admin/safelight/[...path].ts", text: adminRoute }] : []),
      ],
      pastes: [],
      next: [...("@astrojs/node" in dependencies ? [] : ["npx astro add node"]), "npm run dev"],
    };
  },
};
