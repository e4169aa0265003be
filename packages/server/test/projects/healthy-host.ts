import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../../testing/temp-folder.js";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** Folder of each package in the workspace. */
const installed: Readonly<Record<string, string>> = {
  "@safelight/server": "server",
  "@safelight/client": "client",
  "@safelight/react": "react",
  "@tanstack/react-query": "react/node_modules/@tanstack/react-query",
  react: "react/node_modules/react",
  hono: "server/node_modules/hono",
  libsql: "server/node_modules/libsql",
  zod: "server/node_modules/zod",
  "@hono/node-server": "server/node_modules/@hono/node-server",
};

const files: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "host",
    type: "module",
    dependencies: Object.fromEntries(Object.keys(installed).map((name) => [name, "*"])),
  }),
  "tsconfig.json": '{ "compilerOptions": { "module": "nodenext", "strict": true } }',
  ".env": `SAFELIGHT_SECRET=${"s".repeat(43)}\nFAL_KEY=key\n`,
  ".gitignore": "node_modules\n.env\n*.db*\n/media\n",
  "safelight.ts": `import { createSafelight, defineModel } from "@safelight/server";
import { fal } from "@safelight/server/fal";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";

export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("./media"),
  identify: ({ headers }) => headers.get("x-user"),
  models: { flux: defineModel({ provider: fal("fal-ai/flux/dev"), input: z.object({ prompt: z.string() }), credits: 4 }) },
  secret: process.env.SAFELIGHT_SECRET,
});
export type App = typeof safelight;
`,
  "server.ts": `import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { safelight } from "./safelight.ts";

const app = new Hono().route("/api/generations", safelight.app);
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, () => safelight.worker.start());
`,
  "page.tsx": `"use client";

import type { SafelightApi } from "@safelight/server";
import { createSafelightHooks } from "@safelight/react";
`,
};

/** A host's project in a temporary folder, in a git repository, with the packages of the workspace. */
export interface HealthyHost {
  readonly folder: string;
  write(path: string, text: string): void;
}

/** Creates a project in which no check of `safelight doctor` finds a problem. */
export async function healthyHost(): Promise<HealthyHost> {
  const folder = await tempFolder("host");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  for (const [name, path] of Object.entries(installed)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(packages, path), link);
  }
  execFileSync("git", ["init", "-q", folder]);
  return { folder, write };
}
