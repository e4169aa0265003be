import { type Framework, importPath, type NewFile, type Paste, startsWorker } from "../framework.js";
import type { ProjectFacts } from "../project-facts.js";

/** `src/` if the app is in that folder. */
export const folderOf = ({ has }: ProjectFacts) => (has("src/app") ? "src/" : "");
const moduleOf = (facts: ProjectFacts) => `${folderOf(facts)}lib/safelight.ts`;

/** Next.js with the App Router. */
export const next: Framework = {
  title: "Next.js",
  detect: ({ dependencies, has }) => "next" in dependencies && (has("app") || has("src/app")),
  packages: [],
  variables: ".env.local",
  hasReact: true,
  hooksFolder: (facts) => `${folderOf(facts)}lib`,
  module: (facts) => ({ path: moduleOf(facts), secret: "process.env.SAFELIGHT_SECRET" }),
  plan(facts, { hasAdmin }) {
    const folder = folderOf(facts);
    const path = `${folder}instrumentation.ts`;
    const exists = facts.has(path) && !facts.read(path)?.includes("safelight");
    const body = registration(importPath(path, moduleOf(facts)));
    const pastes: Paste[] = exists ? [{ into: `${path}, in register()`, text: body.inside }] : [];
    const files = [
      route(facts),
      ...(exists ? [] : [{ path, text: body.file }]),
      ...(hasAdmin ? [adminRoute(facts)] : []),
    ];
    return { files, pastes, next: ["npm run dev"] };
  },
};

function route(facts: ProjectFacts): NewFile {
  const path = `${folderOf(facts)}app/api/generations/[[...path]]/route.ts`;
  const text = `import { toNextHandlers } from "@safelight/server/next";
import { safelight } from "${importPath(path, moduleOf(facts))}";

export const { GET, POST, DELETE, OPTIONS, HEAD } = toNextHandlers(safelight);
`;
  return { path, text };
}

function adminRoute(facts: ProjectFacts): NewFile {
  const path = `${folderOf(facts)}app/admin/safelight/[[...path]]/route.ts`;
  const text = `import { admin } from "${importPath(path, moduleOf(facts).replace("safelight.ts", "admin.ts"))}";

export const GET = admin.handler;
export const POST = admin.handler;
`;
  return { path, text };
}

function registration(module: string): { readonly inside: string; readonly file: string } {
  const lines = `if (process.env.NEXT_RUNTIME === "nodejs") {
  const { safelight } = await import("${module}");
${startsWorker.replaceAll(/^(?=.)/gm, "  ")}}
`;
  return { inside: lines, file: `export async function register() {\n${lines.replaceAll(/^(?=.)/gm, "  ")}}\n` };
}
