import { type Framework, importPath, type Paste, startsWorker } from "../framework.js";
import type { ProjectFacts } from "../project-facts.js";
import { nodeModule, startCommand } from "./node-module.js";

/** Hono on Node. */
export const hono: Framework = {
  title: "Hono",
  detect: ({ dependencies }) => "hono" in dependencies,
  packages: ["@hono/node-server"],
  variables: ".env",
  hasReact: null,
  hooksFolder: ({ has }) => (has("src") ? "src" : "."),
  module: nodeModule,
  plan(facts, { hasAdmin }) {
    const { path } = nodeModule(facts);
    return {
      files: [],
      pastes: pastesOf(facts, { path, hasAdmin }),
      next: [startCommand(facts, serverOf(facts))],
    };
  },
};

/** The file that probably starts the server. */
function serverOf({ has, importExtension }: ProjectFacts): string {
  const names = ["src/index.ts", "src/server.ts", "server/index.ts", "server/server.ts", "server.ts", "index.ts"];
  return names.find((name) => has(name)) ?? `server${importExtension}`;
}

function pastesOf(facts: ProjectFacts, given: { readonly path: string; readonly hasAdmin: boolean }): readonly Paste[] {
  const server = serverOf(facts);
  const module = importPath(server, given.path);
  const extension = facts.importExtension;
  const admin = `import { admin } from "${module.replace(/safelight$/, "admin")}${extension}";
app.route("/admin/safelight", admin.app);
`;
  return [
    {
      into: server,
      text: `import { safelight } from "${module}${extension}";

app.route("/api/generations", safelight.app);

// After serve():
${startsWorker}`,
    },
    ...(given.hasAdmin ? [{ into: server, text: admin }] : []),
  ];
}
