import { describe, expect, it } from "vitest";
import { type FreshProject, freshProject } from "../../../../test/projects/fresh-project.js";
import { runCommand } from "../run-command.js";
import type { FrameworkName } from "./frameworks/frameworks.js";
import type { Plan } from "./make-plan.js";

interface Case {
  readonly framework: FrameworkName;
  readonly dependencies: readonly string[];
  readonly present?: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly variables: string;
  readonly pastes?: readonly string[];
}

const typescript = { "tsconfig.json": "{}" };
const react = ["@safelight/client", "@safelight/react", "@tanstack/react-query"];
const server = ["@safelight/server", "@safelight/demo-provider", "libsql"];

const cases: readonly Case[] = [
  {
    framework: "next",
    dependencies: ["next", "react"],
    present: { ...typescript, "app/page.tsx": "" },
    files: ["lib/safelight.ts", "app/api/generations/[[...path]]/route.ts", "instrumentation.ts", "lib/hooks.ts"],
    packages: [...server, ...react, "hono", "zod"],
    variables: ".env.local",
  },
  {
    framework: "next",
    dependencies: ["next", "react", "hono", "zod"],
    present: { ...typescript, "src/app/page.tsx": "", "src/instrumentation.ts": "export function register() {}\n" },
    files: ["src/lib/safelight.ts", "src/app/api/generations/[[...path]]/route.ts", "src/lib/hooks.ts"],
    packages: [...server, ...react],
    variables: ".env.local",
    pastes: ["src/instrumentation.ts, in register()"],
  },
  {
    framework: "tanstack-start",
    dependencies: ["@tanstack/react-start", "@tanstack/react-router", "react"],
    present: { ...typescript, "src/routes/index.tsx": "" },
    files: ["src/safelight.ts", "src/routes/api/generations/$.ts", "src/server.ts", "src/hooks.ts"],
    packages: [...server, ...react, "hono", "zod"],
    variables: ".env",
  },
  {
    framework: "react-router",
    dependencies: ["@react-router/dev", "react-router", "react"],
    present: { ...typescript, "app/routes.ts": "export default [];\n" },
    files: ["app/safelight.server.ts", "app/generations.server.ts", "app/routes/api.generations.$.ts", "app/hooks.ts"],
    packages: [...server, ...react, "hono", "zod"],
    variables: ".env",
    pastes: ['app/routes.ts, in the list, with `route` of "@react-router/dev/routes"'],
  },
  {
    framework: "sveltekit",
    dependencies: ["@sveltejs/kit"],
    present: typescript,
    files: ["src/lib/server/safelight.ts", "src/routes/api/generations/[...path]/+server.ts", "src/hooks.server.ts"],
    packages: [...server, "hono", "zod"],
    variables: ".env",
  },
  {
    framework: "astro",
    dependencies: ["astro"],
    present: typescript,
    files: ["src/safelight.ts", "src/pages/api/generations/[...path].ts"],
    packages: [...server, "hono", "zod"],
    variables: ".env",
  },
  {
    framework: "nuxt",
    dependencies: ["nuxt"],
    present: typescript,
    files: [
      "server/utils/safelight.ts",
      "server/routes/api/generations/[...path].ts",
      "server/routes/api/generations/index.ts",
      "server/plugins/safelight.ts",
    ],
    packages: [...server, "hono", "@hono/node-server", "zod"],
    variables: ".env",
  },
  {
    framework: "workers",
    dependencies: ["hono", "wrangler"],
    present: { ...typescript, "wrangler.jsonc": "{}" },
    files: ["src/safelight.ts"],
    packages: ["@safelight/server", "zod"],
    variables: ".dev.vars",
    pastes: ["the file that `main` in wrangler.jsonc names", "wrangler.jsonc"],
  },
  {
    framework: "express",
    dependencies: ["express"],
    present: { "src/index.js": "" },
    files: ["src/safelight.js"],
    packages: [...server, "hono", "@hono/node-server", "zod"],
    variables: ".env",
    pastes: ["src/index.js, before express.json() and every other body parser"],
  },
  {
    framework: "hono",
    dependencies: ["hono", "@hono/node-server"],
    present: { ...typescript, "src/index.ts": "" },
    files: ["src/safelight.ts"],
    packages: [...server, "zod"],
    variables: ".env",
    pastes: ["src/index.ts"],
  },
  {
    framework: "hono",
    dependencies: ["hono", "vite", "react"],
    present: { ...typescript, "src/main.tsx": "", "server/server.ts": "" },
    files: ["server/safelight.ts", "src/hooks.ts"],
    packages: [...server, ...react, "@hono/node-server", "zod"],
    variables: ".env",
    pastes: ["server/server.ts"],
  },
];

async function planOf(project: FreshProject, ...args: readonly string[]): Promise<Plan> {
  const all = ["init", project.folder, "--yes", "--no-install", "--json", ...args];
  const { errors, exitCode, output } = await runCommand(all, {});
  expect([exitCode, errors]).toEqual([0, ""]);
  return JSON.parse(output).plan;
}

describe.each(cases)("safelight init: $framework with $dependencies", (given) => {
  const create = () => freshProject(given.dependencies, given.present);

  it("plans files, packages, variables and lines to add, and --dry-run writes nothing", async () => {
    const project = await create();
    const before = project.files();
    const plan = await planOf(project, "--dry-run");
    expect(plan.framework).toBe(given.framework);
    expect(plan.files.map(({ path }) => path)).toEqual(given.files);
    expect(plan.files.every(({ state }) => state === "create")).toBe(true);
    expect(plan.packages.toSorted()).toEqual(given.packages.toSorted());
    expect(plan.pastes.map(({ into }) => into)).toEqual(given.pastes ?? []);
    expect(plan.additions).toEqual([
      { path: given.variables, lines: ["SAFELIGHT_SECRET="] },
      { path: ".gitignore", lines: [given.variables, "*.db*", "/media"] },
    ]);
    expect(project.files()).toEqual(before);
  });

  it("writes the files once, and changes nothing when it is repeated", async () => {
    const project = await create();
    const before = project.files();
    await planOf(project);
    const written = project.files();
    expect(written).toEqual([...before, ...given.files, given.variables, ".gitignore"].toSorted());
    expect(project.read(given.variables)).toMatch(/^SAFELIGHT_SECRET=[\w-]{43}\n$/);
    const texts = written.map((path) => project.read(path));
    const again = await planOf(project);
    expect(again.files.every(({ state }) => state === "equal")).toBe(true);
    expect(again.additions).toEqual([]);
    expect(project.files().map((path) => project.read(path))).toEqual(texts);
  });

  it("--admin adds the operator page, closed", async () => {
    const project = await create();
    const plan = await planOf(project, "--admin");
    const admin = plan.files.find(({ path }) => /(^|\/)admin(\.server)?\.[jt]s$/.test(path));
    expect(admin?.text).toContain("authorize: () => null");
    const mounts = [...plan.files, ...plan.pastes].filter(({ text }) =>
      /\badmin\.(handler|app)\b|toNodeHandler\(admin\)/.test(text),
    );
    expect(mounts).toHaveLength(1);
  });
});

it.each(["2.70.4", "3.2.0"])(
  "plans files for SvelteKit %s alike, without an import that one of the versions lacks",
  async (version) => {
    const project = await freshProject([], typescript);
    project.write("package.json", JSON.stringify({ devDependencies: { "@sveltejs/kit": version } }));
    const { files } = await planOf(project, "--admin");
    const imports = files.flatMap(({ text }) => [...text.matchAll(/ from "([^"]+)"/g)].map(([, from]) => from));
    expect(imports.filter((from) => from?.startsWith("."))).toEqual([
      "../../../../lib/server/safelight",
      "./$types",
      "./lib/server/safelight",
      "../../../../lib/server/admin",
      "./$types",
      "./safelight",
    ]);
    expect(imports.filter((from) => /^[$#]|^@sveltejs/.test(from ?? ""))).toEqual([]);
  },
);

it.each(["@sveltejs/kit", "astro"])(
  "loads .env in the server's module of %s, which does not add it to process.env",
  async (name) => {
    const [module] = (await planOf(await freshProject([name], typescript))).files;
    expect(module?.text).toMatch(/import \{ existsSync \} from "node:fs";/);
    expect(module?.text).toMatch(/existsSync\("\.env"\)\) process\.loadEnvFile\(\);[\s\S]+secret: process\.env\./);
  },
);
