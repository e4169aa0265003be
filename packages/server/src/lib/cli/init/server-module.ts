import type { AuthChoice } from "./auth-choices.js";
import type { DatabaseChoice } from "./database-choice.js";
import { importPath, type NewFile, type ServerModule } from "./framework.js";
import type { ProviderChoice } from "./provider-choices.js";

/** Everything on which the text of the server's module depends. */
export interface ServerParts {
  readonly module: ServerModule;
  readonly provider: ProviderChoice;
  readonly auth: AuthChoice;
  readonly database: DatabaseChoice;
  /** Whether the bytes are in R2 instead of a folder. */
  readonly isWorker: boolean;
}

/** The module with `createSafelight`. */
export function serverModule(parts: ServerParts): NewFile {
  const { auth, database, isWorker, module, provider } = parts;
  const isTypeScript = module.path.endsWith(".ts");
  const storage = isWorker ? "r2Storage" : "fileStorage";
  const imports = [
    ...(module.imports ?? []),
    ...provider.imports,
    ...auth.imports,
    'import { createSafelight, defineModel } from "@safelight/server";',
    `import { ${storage} } from "@safelight/server/${isWorker ? "r2" : "file-storage"}";`,
    ...database.imports,
    'import { z } from "zod";',
  ].toSorted((left, right) => sourceOf(left).localeCompare(sourceOf(right)));
  const constants = [database, auth, provider].flatMap(({ constant }) => (constant === undefined ? [] : [constant]));
  const statements = module.setup === undefined ? constants : [module.setup, ...constants];
  const text = `${[...new Set(imports)].join("\n")}

${statements.map((statement) => `${statement}\n`).join("")}export const safelight = createSafelight({
  store: ${database.code},
  storage: ${isWorker ? "r2Storage({ bucket: env.BUCKET })" : 'fileStorage("./media")'},
${auth.identify.map((line) => `  ${line}\n`).join("")}  models: {
    poster: defineModel({
      provider: ${provider.code},
      input: z.object({ prompt: z.string().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
  secret: ${module.secret},
${(module.options ?? []).map((line) => `  ${line}\n`).join("")}});
${isTypeScript ? "export type App = typeof safelight;\n" : ""}`;
  return { path: module.path, text: isTypeScript ? text : withoutTypes(text) };
}

/** The module of the operator page, which is closed until the host names its admins. */
export function adminModule({ module }: Pick<ServerParts, "module">, importExtension: string): NewFile {
  const path = module.path.replace(/safelight(?=[.\w]*$)/, "admin");
  const text = `import { createAdmin } from "@safelight/server/admin";
import { safelight } from "${importPath(path, module.path)}${importExtension}";

export const admin = createAdmin(safelight, {
  // Return { actor: userId, may: "everything" } for your admins. \`null\` closes the page.
  authorize: () => null,
});
`;
  return { path, text };
}

/** The hooks of React. */
export function hooksModule(
  { module }: Pick<ServerParts, "module">,
  given: { folder: string; isNext: boolean },
): NewFile {
  const isTypeScript = module.path.endsWith(".ts");
  const path = `${given.folder === "." ? "" : `${given.folder}/`}hooks.${isTypeScript ? "ts" : "js"}`;
  const type = isTypeScript ? `import type { App } from "${importPath(path, module.path)}";\n` : "";
  const text = `${given.isNext ? '"use client";\n\n' : ""}import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
${type}
export const { useGenerate, useActiveGeneration, useCredits, useGenerationHistory, keys } = createSafelightHooks(
  createSafelightClient${isTypeScript ? "<App>" : ""}(),
);
`;
  return { path, text };
}

function sourceOf(line: string): string {
  return / from "([^"]+)"/.exec(line)?.[1] ?? "";
}

/** Of the syntax of TypeScript, the pieces above use these two. */
function withoutTypes(text: string): string {
  return text.replaceAll(" as const;", ";").replaceAll(/(process\.env\.\w+)!/g, "$1");
}
