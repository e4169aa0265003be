import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

// Adds every item of the packed package with the command line of shadcn, in both forms. The form for projects with a
// `components.json` goes to another folder, and is compiled too.
const items = "node_modules/@safelight/react/blocks/dist";
const files = readdirSync(items).filter((file) => file.endsWith(".json"));
const names = [...files.map((file) => file.replace(".json", "")).filter((name) => name !== "all"), "all"];
assert.equal(names.length, 11);

cpSync("node_modules/msw/lib/mockServiceWorker.js", "public/mockServiceWorker.js");
cpSync("documented/studio-page.tsx", "src/studio-page.tsx");
const css = /^```css\n([\s\S]*?)^```$/m.exec(readFileSync("documented.md", "utf8"))?.[1];
assert(css !== undefined, "docs/blocks.md shows the style sheet in a block of CSS");
writeFileSync("src/index.css", css);

// Adds each item to an empty folder: it must contain all files that it imports. The files of `all` stay.
for (const name of names) {
  rmSync("src/components", { recursive: true, force: true });
  await add(`${items}/${name}.json`, {});
  assertWritten(name, "src/components/safelight");
}
await addToConfiguredProject();

/** In a project with `components.json`, `shadcn add` itself loads the base color from its registry, which this replaces. */
async function addToConfiguredProject(): Promise<void> {
  const requested: string[] = [];
  const none = { light: {}, dark: {} };
  const registry = createServer((request, response) => {
    requested.push(request.url ?? "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ inlineColors: none, cssVars: none, inlineColorsTemplate: "", cssVarsTemplate: "" }));
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const { port } = registry.address() as AddressInfo;
  const alias = "@/from-components";
  const tailwind = { config: "", css: "src/index.css", baseColor: "neutral", cssVariables: true };
  const aliases = { components: alias, ui: `${alias}/ui`, utils: "@/lib/utils", lib: "@/lib", hooks: "@/hooks" };
  writeFileSync("components.json", JSON.stringify({ style: "new-york", rsc: false, tsx: true, tailwind, aliases }));
  try {
    for (const name of names) {
      await add(`${items}/components/${name}.json`, { REGISTRY_URL: `http://127.0.0.1:${port}` });
      assertWritten(name, "src/from-components/safelight");
    }
    assert.deepEqual([...new Set(requested)], ["/colors/neutral.json"], "the items themselves need no request");
  } finally {
    registry.close();
    rmSync("components.json");
  }
}

async function add(item: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn("node_modules/.bin/shadcn", ["add", `./${item}`, "--yes"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  assert.equal(code, 0, `shadcn add ${item}`);
}

/** `shadcn add` must not change the code of a file. With a `components.json`, it removes a comment before the first line. */
function assertWritten(name: string, folder: string): void {
  const { files }: { files: readonly { path: string; content: string }[] } = JSON.parse(
    readFileSync(`${items}/${name}.json`, "utf8"),
  );
  for (const { path, content } of files) {
    const written = readFileSync(join(folder, path.replace("components/safelight/", "")), "utf8");
    assert.equal(withoutFirstComment(written), withoutFirstComment(content), `${name}: ${path}`);
  }
}

function withoutFirstComment(source: string): string {
  return source.replace(/^\/\*\*[\s\S]*?\*\/\n/, "").trim();
}
