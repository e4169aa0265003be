/** One combination of versions in which the published packages must work. */
export interface HostRow {
  readonly packageManager: "npm" | "pnpm" | "yarn" | "bun";
  /** A version of Node in `tools/package.json`. 22.18 is the lowest that runs TypeScript files. */
  readonly node: "22.18.0" | "24.21.0" | "26.10.0";
  readonly react: string;
  readonly query: string;
  readonly zod: string;
  readonly hono: string;
}

/** Versions of TypeScript that compile each host. */
export const compilers = ["5.9.3", "6.0.3", "7.0.2"] as const;

/**
 * Each package manager once, and the lowest and the newest version of each peer and of Node at least once. `latest` is the
 * newest version in the registry.
 */
export const hostRows: readonly HostRow[] = [
  { packageManager: "npm", node: "22.18.0", react: "18.3.1", query: "5.90.1", zod: "3.24.1", hono: "4.12.25" },
  { packageManager: "pnpm", node: "24.21.0", react: "latest", query: "latest", zod: "latest", hono: "latest" },
  { packageManager: "yarn", node: "26.10.0", react: "latest", query: "5.90.1", zod: "4.0.0", hono: "latest" },
  { packageManager: "bun", node: "24.21.0", react: "18.3.1", query: "latest", zod: "latest", hono: "4.12.25" },
];
