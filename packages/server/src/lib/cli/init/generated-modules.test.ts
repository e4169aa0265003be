import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { authChoices, authNames } from "./auth-choices.js";
import { databaseChoice } from "./database-choice.js";
import type { NewFile } from "./framework.js";
import { providerChoices, providerNames } from "./provider-choices.js";
import { adminModule, hooksModule, serverModule } from "./server-module.js";
import { starterFiles } from "./starter-files.js";

const root = fileURLToPath(new URL("../../../../../../", import.meta.url));

/** Folder of each package in the workspace. */
const installed: Readonly<Record<string, string>> = {
  "@safelight/server": "packages/server",
  "@safelight/client": "packages/client",
  "@safelight/react": "packages/react",
  "@safelight/demo-provider": "packages/demo-provider",
  "@ai-sdk/openai": "packages/server/node_modules/@ai-sdk/openai",
  "@libsql/client": "packages/server/node_modules/@libsql/client",
  "@tanstack/react-query": "packages/react/node_modules/@tanstack/react-query",
  "@types/node": "node_modules/@types/node",
  "@types/pg": "packages/server/node_modules/@types/pg",
  hono: "packages/server/node_modules/hono",
  pg: "packages/server/node_modules/pg",
  "@types/react": "packages/react/node_modules/@types/react",
  react: "packages/react/node_modules/react",
  zod: "packages/server/node_modules/zod",
};

/** The parts of the auth libraries that the templates use, as their documentation declares them. */
const declarations = `declare module "@clerk/backend" {
  export function createClerkClient(options: { secretKey: string; publishableKey: string }): {
    authenticateRequest(request: Request): Promise<{ toAuth(): { userId: string | null } | null }>;
  };
}
declare module "next-auth/jwt" {
  export function getToken(options: {
    req: Request | { headers: Headers | Record<string, string> };
    secret: string | string[];
    secureCookie?: boolean;
  }): Promise<{ sub?: string } | null>;
}
`;
const betterAuth = `export declare const auth: {
  api: { getSession(options: { headers: Headers }): Promise<{ user: { id: string } } | null> };
};
`;

const urls = ["file:safelight.db", "postgres://user@host/db", "libsql://db.example.com"];

/** One server for each provider, each auth library and each database. */
function servers(): readonly NewFile[] {
  const combinations = [
    ...providerNames.map((provider) => ({ provider, auth: "none", db: urls[0] }) as const),
    ...authNames.map((auth) => ({ provider: "demo", auth, db: urls[0] }) as const),
    ...urls.map((db) => ({ provider: "demo", auth: "none", db }) as const),
  ];
  return combinations.flatMap(({ auth, db = "", provider }, index) => {
    const module = { path: `server-${index}/safelight.ts`, secret: "process.env.SAFELIGHT_SECRET" };
    const choice = authChoices[auth];
    const imports = choice.imports.map((line) => line.replace("$auth", "../better-auth"));
    const parts = {
      module,
      provider: providerChoices[provider],
      auth: { ...choice, imports },
      database: databaseChoice(db),
      isWorker: false,
    };
    return [
      serverModule(parts),
      adminModule(parts, ""),
      hooksModule(parts, { folder: `server-${index}`, isNext: true }),
    ];
  });
}

it("creates modules without type errors, for each provider, auth library and database", async () => {
  const folder = await tempFolder("types");
  const write = ({ path, text }: NewFile) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const file of servers()) write(file);
  // The page of the starters, on the hooks of one of these servers.
  for (const file of starterFiles([
    { from: "page", to: "server-0/" },
    { from: "session.ts", to: "server-0/session.ts" },
  ]))
    write(file);
  write({ path: "auth.d.ts", text: declarations });
  write({ path: "better-auth.ts", text: betterAuth });
  write({ path: "package.json", text: '{ "type": "module" }' });
  const compilerOptions = {
    ...{ target: "ES2022", lib: ["ES2023", "DOM", "DOM.Iterable"], module: "ESNext", moduleResolution: "bundler" },
    ...{ strict: true, noEmit: true, skipLibCheck: true, jsx: "react-jsx", types: ["node"] },
    ...{ verbatimModuleSyntax: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    customConditions: ["@safelight/source"],
  };
  write({ path: "tsconfig.json", text: JSON.stringify({ compilerOptions }) });
  for (const [name, path] of Object.entries(installed)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link);
  }
  const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin/tsc"), [
    "-p",
    folder,
    "--checkers",
    "1",
  ]).catch((error: { readonly stdout: string }) => error);
  expect(stdout).toBe("");
});
