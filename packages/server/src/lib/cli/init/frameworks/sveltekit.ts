import { type Framework, importPath, loadsVariables, type NewFile } from "../framework.js";

const modulePath = "src/lib/server/safelight.ts";
const hooks = "src/hooks.server.ts";

// Kit 3 has no `$lib`, and Kit 2 has no `#lib`: relative imports work in both.
const moduleFrom = (path: string, name = "safelight") => importPath(path, modulePath.replace("safelight", name));

function route(folder: string, name: "safelight" | "admin"): NewFile {
  const path = `src/routes/${folder}/[...path]/+server.ts`;
  const text = `import { ${name} } from "${moduleFrom(path, name)}";
import type { RequestHandler } from "./$types";

export const fallback: RequestHandler = ({ request }) => ${name}.handler(request);
`;
  return { path, text };
}

// Without the type `ServerInit`, which Kit 2 and Kit 3 export from different modules.
const init = `import { safelight } from "${moduleFrom(hooks)}";

export function init() {
  safelight.worker.start();
  // At SIGTERM, adapter-node waits up to 30 seconds for open streams, which this ends.
  process.once("SIGTERM", () => safelight.close());
  // Emitted by adapter-node at each end, also at SIGINT.
  process.once("sveltekit:shutdown", () => safelight.close());
}
`;

/** SvelteKit 2 and 3 on adapter-node. */
export const sveltekit: Framework = {
  title: "SvelteKit",
  detect: ({ dependencies }) => "@sveltejs/kit" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: false,
  hooksFolder: () => "src/lib",
  module: () => ({
    path: modulePath,
    secret: "process.env.SAFELIGHT_SECRET",
    // Also for the build. `$env/dynamic/private` is deprecated in Kit 3, and adapters do not read it.
    ...loadsVariables,
  }),
  plan({ dependencies, has, read }, { hasAdmin }) {
    const exists = has(hooks) && !read(hooks)?.includes("safelight");
    return {
      files: [
        route("api/generations", "safelight"),
        ...(exists ? [] : [{ path: hooks, text: init }]),
        ...(hasAdmin ? [route("admin/safelight", "admin")] : []),
      ],
      pastes: exists ? [{ into: hooks, text: init }] : [],
      next: [
        ...("@sveltejs/adapter-node" in dependencies ? [] : ['npx sv add sveltekit-adapter="adapter:node"']),
        "npm run dev",
        // By default, the adapter refuses uploads above 512 kB.
        "in production: BODY_SIZE_LIMIT=Infinity node --env-file=.env build",
      ],
    };
  },
};
