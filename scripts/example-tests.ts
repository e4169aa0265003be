import type { Command } from "./command.ts";

/** How `pnpm examples NAME` tests an example. */
export interface ExampleTest {
  /** Packages whose versions the result names. */
  readonly packages: readonly string[];
  /** Folder of the files that browsers or phones load, in the example; `null` if `command` searches them, or without a page. */
  readonly browserFolder: string | null;
  /** Tests the example where it is, and prints totals. `null`: a copy with the packed packages is installed, built and tested. */
  readonly command: Command | null;
  /** A test of several examples, which is copied into `e2e`; `null` for tests of its own only. */
  readonly sharedTest: string | null;
}

const copied = { command: null, sharedTest: null };
/** Examples of the same pages. Each has its own `e2e/start-app.ts`. */
const posters = { command: null, sharedTest: "examples/hosts/posters.test.ts" };

/** The examples by name. The demo and the hosts have commands of their own. */
export const exampleTests: Readonly<Record<string, ExampleTest>> = {
  expo: { ...copied, browserFolder: "dist", packages: ["expo", "react-native"] },
  nextjs: {
    sharedTest: null,
    command: ["node", "../../scripts/example-nextjs.ts"],
    browserFolder: null,
    packages: ["next", "react"],
  },
  product: { ...copied, browserFolder: "dist", packages: ["express", "better-auth", "stripe"] },
  "react-router": { ...posters, browserFolder: "build/client", packages: ["react-router", "react"] },
  recipes: { ...copied, browserFolder: null, packages: ["better-auth", "@clerk/backend", "stripe"] },
  // Part of the workspace, whose check has its types.
  studio: {
    sharedTest: null,
    command: ["node", "--run", "e2e"],
    browserFolder: "dist",
    packages: ["hono", "better-auth", "pg"],
  },
  sveltekit: { ...copied, browserFolder: "build/client", packages: ["@sveltejs/kit"] },
  "tanstack-start": { ...posters, browserFolder: "dist/client", packages: ["@tanstack/react-start", "react"] },
  workers: {
    sharedTest: null,
    command: ["node", "../../scripts/hosts.ts", "--long", "cloudflare"],
    browserFolder: null,
    packages: ["miniflare", "wrangler"],
  },
};

/** The folder of the manifest whose packages run in the test of an example: that of the host, if a host tests it. */
export function manifestFolderOf(name: string): string {
  const { command } = exampleTests[name] ?? { command: null };
  const host = command?.includes("../../scripts/hosts.ts") ? command.at(-1) : undefined;
  return host === undefined ? `examples/${name}` : `examples/hosts/${host}`;
}
