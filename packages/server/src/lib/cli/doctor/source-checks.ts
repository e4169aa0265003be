import { type Finding, finding } from "./finding.js";
import { dependenciesOf, type Project } from "./project.js";
import type { SourceFile } from "./project-files.js";

/** These run without a bundler, so Node decides by `type` whether a file is a module. */
const nodeFrameworks = ["express", "fastify", "@hono/node-server"];
const bundlers = ["next", "vite", "nuxt", "astro", "wrangler", "@sveltejs/kit", "@react-router/dev", "esbuild", "tsup"];

/** Checks the sources of a project: the server, its mount, its worker, and files that would remove or block it. */
export function checkSources(project: Project): readonly Finding[] {
  const { servers, sources } = project;
  if (servers.length === 0) {
    const message = "No file calls createSafelight.";
    return [
      finding("server-missing", { message, fix: "Run `npx safelight init`, or pass the folder with --project." }),
    ];
  }
  return [
    ...checkMount(sources),
    ...checkWorker(sources),
    ...sources.flatMap(checkClientFile),
    ...checkModuleType(project),
    ...sources.flatMap(checkDrizzle),
    ...sources.flatMap(checkProxy),
  ];
}

function checkMount(sources: readonly SourceFile[]): readonly Finding[] {
  const mounts = /\bto(?:Next|Node)Handlers?\s*\(|\.(?:handler|app)\b/;
  if (sources.some(({ text }) => /safelight/i.test(text) && mounts.test(text))) return [];
  const message = "No file mounts the server: safelight.app, safelight.handler, toNextHandlers or toNodeHandler.";
  return [finding("not-mounted", { message, fix: "Mount it at /api/generations, or at your basePath." })];
}

function checkWorker(sources: readonly SourceFile[]): readonly Finding[] {
  const starts = /\bworker\??\.(?:start|tick|advance)\b|\bmode:\s*["']request["']/;
  if (sources.some(({ text }) => starts.test(text))) return [];
  const message = "No file starts the worker, so generations wait unless another process does.";
  return [
    finding("worker-not-started", {
      message,
      fix: 'Call safelight.worker.start() once, or set worker.mode to "request".',
    }),
  ];
}

function checkClientFile({ path, text }: SourceFile): readonly Finding[] {
  if (!/^\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/.*\n\s*)*["']use client["']/.test(text)) return [];
  const imports = text.matchAll(/^\s*import\s+(?!type\b)([^;"']*?)from\s*["']@safelight\/server(?:\/[\w-]+)*["']/gm);
  const loads = [...imports].some(([, names = ""]) => !isOnlyTypes(names));
  if (!loads) return [];
  const message = `${path} is a client component and imports @safelight/server, which belongs on the server.`;
  return [finding("server-code-in-client", { message, fix: "Use `import type`, or move the code to the server." })];
}

/** Whether each name of `{ type A, type B }` is a type. */
function isOnlyTypes(names: string): boolean {
  const [, inside] = /^\s*\{([^}]*)\}\s*$/.exec(names) ?? [];
  return inside?.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type ")) ?? false;
}

function checkModuleType({ manifest, servers }: Project): readonly Finding[] {
  const names = dependenciesOf(manifest);
  const needsType = nodeFrameworks.some((name) => name in names) && !bundlers.some((name) => name in names);
  const isCommonJs = servers.some(({ path }) => /\.[jt]sx?$/.test(path));
  if (!needsType || !isCommonJs || manifest.type === "module") return [];
  const message = 'package.json has no "type": "module", and Safelight consists of ES modules.';
  return [finding("module-type", { message, fix: 'Add "type": "module" to package.json.' })];
}

function checkDrizzle({ path, text }: SourceFile): readonly Finding[] {
  if (!/(^|\/)drizzle\.config\.\w+$/.test(path) || /tablesFilter|schemaFilter/.test(text)) return [];
  const message = `${path} has no tablesFilter, so \`drizzle-kit push\` drops the tables of Safelight.`;
  return [finding("drizzle-filter", { message, fix: 'Add tablesFilter: ["!safelight_*"].' })];
}

function checkProxy({ path, text }: SourceFile): readonly Finding[] {
  if (!/^(src\/)?(proxy|middleware)\.[jt]s$/.test(path) || !text.includes("next/server") || /\bmatcher\b/.test(text)) {
    return [];
  }
  const message = `${path} has no matcher, so it runs for the API, its uploads and its webhooks.`;
  return [finding("proxy-matcher", { message, fix: "Add a matcher that excludes /api/generations." })];
}
