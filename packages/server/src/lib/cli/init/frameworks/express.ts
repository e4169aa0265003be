import { type Framework, importPath, type Paste, startsWorker } from "../framework.js";
import { nodeModule, startCommand } from "./node-module.js";

/** Express 4 and 5. */
export const express: Framework = {
  title: "Express",
  detect: ({ dependencies }) => "express" in dependencies,
  packages: ["hono", "@hono/node-server"],
  variables: ".env",
  hasReact: null,
  hooksFolder: ({ has }) => (has("src") ? "src" : "."),
  module: nodeModule,
  plan(facts, { hasAdmin }) {
    const { path } = nodeModule(facts);
    const extension = path.endsWith(".ts") ? "ts" : "js";
    const names = ["src/index", "src/server", "src/app", "server/index", "server", "app", "index"];
    const server = `${names.find((name) => facts.has(`${name}.${extension}`)) ?? "server"}.${extension}`;
    const module = importPath(server, path);
    return {
      files: [],
      pastes: [
        {
          into: `${server}, before express.json() and every other body parser`,
          text: `import { toNodeHandler } from "@safelight/server/node";
import { safelight } from "${module}${facts.importExtension}";

app.use("/api/generations", toNodeHandler(safelight));

// After app.listen():
${startsWorker}`,
        },
        ...(hasAdmin ? [adminPaste(server, { module, extension: facts.importExtension })] : []),
      ],
      next: [startCommand(facts, server)],
    };
  },
};

/** The mount of the operator page, for the user to add. */
export function adminPaste(
  server: string,
  { extension, module }: { readonly module: string; readonly extension: string },
): Paste {
  const text = `import { admin } from "${module.replace(/safelight$/, "admin")}${extension}";
app.use("/admin/safelight", toNodeHandler(admin));
`;
  return { into: `${server}, before a body parser`, text };
}
