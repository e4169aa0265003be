import { inputOf, nameOf, schemaOf, wrongInput } from "./model-source.ts";
import type { Sources } from "./project.ts";

/** A host with many models, and a page that submits to each of them with the client. */
export function safelightClientHost(count: number): Sources {
  const calls = indexes(count).map(
    (index) => `export async function submit${index}() {
  const { generation } = await client.submit("${nameOf(index)}", ${inputOf(index)});
  return generation.status === "completed" ? generation.outputs[0].url : null;
}`,
  );
  return { "server.ts": server(count), "page.ts": [client, ...calls, refused].join("\n") };
}

/** The same, with `useGenerate` for each model. */
export function safelightHooksHost(count: number): Sources {
  const hooks = indexes(count).map(
    (index) => `export function usePage${index}() {
  const { generate, generation } = useGenerate({ model: "${nameOf(index)}" });
  const url = generation?.status === "completed" ? generation.outputs[0].url : null;
  return { url, submit: () => generate(${inputOf(index)}) };
}`,
  );
  const host = safelightClientHost(count);
  return {
    ...host,
    "page.ts": [`import { createSafelightHooks } from "@safelight/react";`, host["page.ts"], bound, ...hooks].join(
      "\n",
    ),
  };
}

const client = `import { createSafelightClient } from "@safelight/client";
import type { App } from "./server.ts";

const client = createSafelightClient<App>();`;

const bound = "const { useGenerate } = createSafelightHooks(client);";

const refused = `// @ts-expect-error: no such value
client.submit("${nameOf(0)}", ${wrongInput});
// @ts-expect-error: no such model
client.submit("missing", ${inputOf(0)});`;

function server(count: number): string {
  const models = indexes(count).map(
    (index) => `    "${nameOf(index)}": defineModel({ provider, input: ${schemaOf(index)}, credits: 4 }),`,
  );
  return `import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";

const provider = demo({ vendorFile: "safelight-demo.db" });

export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("./media"),
  identify: () => "me",
  models: {
${models.join("\n")}
  },
  credits: { initialGrant: 100 },
});
export type App = typeof safelight;
`;
}

function indexes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
