import type { ServerModule } from "../framework.js";
import type { ProjectFacts } from "../project-facts.js";

/** The module of a server that Node runs: beside an existing server, and apart from the pages of Vite. */
export function nodeModule({ dependencies, has, isTypeScript }: ProjectFacts): ServerModule {
  const extension = isTypeScript ? "ts" : "js";
  const folder = has("server") || "vite" in dependencies ? "server/" : has("src") ? "src/" : "";
  return { path: `${folder}safelight.${extension}`, secret: "process.env.SAFELIGHT_SECRET" };
}

/** The command that starts the server with its variables. Node itself does not find a `.ts` file by an import of `.js`. */
export function startCommand({ importExtension, manifest }: ProjectFacts, server: string): string {
  if (manifest["scripts.dev"] !== undefined) return "npm run dev, with --env-file=.env for Node or tsx";
  const runner = server.endsWith(".ts") && importExtension === ".js" ? "npx tsx" : "node";
  return `${runner} --env-file=.env ${server}`;
}
