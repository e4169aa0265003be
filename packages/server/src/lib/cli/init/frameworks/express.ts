import { type Framework, importPath, startsWorker } from "../framework.js";
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
    const admin = `import { admin } from "${module.replace(/safelight$/, "admin")}${facts.importExtension}";
app.use("/admin/safelight", toNodeHandler(admin));
`;
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
        ...(hasAdmin ? [{ into: `${server}, before a body parser`, text: admin }] : []),
      ],
      next: [startCommand(facts, server)],
    };
  },
};
