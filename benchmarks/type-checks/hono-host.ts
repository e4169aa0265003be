import { inputOf, nameOf, schemaOf, wrongInput } from "./model-source.ts";
import type { Sources } from "./project.ts";

const routesEach = 20;

/** One chain with a route per model, and a page that posts to each of them with one `hc`. */
export function honoHost(count: number): Sources {
  return {
    "server.ts": `${imports}
const app = new Hono()${routes(0, count)};
export type App = typeof app;
`,
    "page.ts": [
      `import { hc } from "hono/client";
import type { App } from "./server.ts";

const client = hc<App>("/api");`,
      ...calls(0, { to: count, client: "client" }),
      refusedBy("client"),
    ].join("\n"),
  };
}

/**
 * The same in routers of twenty routes, with an `hc` each.
 *
 * @see https://hono.dev/docs/guides/rpc "Split your app and client into multiple files"
 */
export function splitHonoHost(count: number): Sources {
  const groups = Array.from({ length: Math.ceil(count / routesEach) }, (_, group) => group);
  const until = (group: number): number => Math.min(count, (group + 1) * routesEach);
  const mounts = groups.map((group) => `.route("/${group}", group${group})`);
  const sources = groups.flatMap((group): [string, string][] => [
    [
      `group${group}.ts`,
      `${imports}
export const group${group} = new Hono()${routes(group * routesEach, until(group))};
export type Group${group} = typeof group${group};
`,
    ],
    [
      `page${group}.ts`,
      [
        `import { hc } from "hono/client";
import type { Group${group} } from "./group${group}.ts";

const client = hc<Group${group}>("/api/${group}");`,
        ...calls(group * routesEach, { to: until(group), client: "client" }),
        ...(group === 0 ? [refusedBy("client")] : []),
      ].join("\n"),
    ],
  ]);
  return {
    ...Object.fromEntries(sources),
    "server.ts": `import { Hono } from "hono";
${groups.map((group) => `import { group${group} } from "./group${group}.ts";`).join("\n")}

export const app = new Hono()${mounts.join("")};
`,
  };
}

const imports = `import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
`;

function routes(from: number, to: number): string {
  return indexes(from, to)
    .map(
      (index) => `
  .post("/${nameOf(index)}", zValidator("json", ${schemaOf(index)}), (context) => {
    const { prompt } = context.req.valid("json");
    return context.json({ id: prompt, status: "queued" as const }, 202);
  })`,
    )
    .join("");
}

function calls(from: number, { to, client }: { readonly to: number; readonly client: string }): readonly string[] {
  return indexes(from, to).map(
    (index) => `export async function submit${index}() {
  const response = await ${client}["${nameOf(index)}"].$post({ json: ${inputOf(index)} });
  return response.status === 202 ? (await response.json()).id : null;
}`,
  );
}

function refusedBy(client: string): string {
  return `// @ts-expect-error: no such value
${client}["${nameOf(0)}"].$post({ json: ${wrongInput} });
// @ts-expect-error: no such route
${client}.missing.$post({ json: ${inputOf(0)} });`;
}

function indexes(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
