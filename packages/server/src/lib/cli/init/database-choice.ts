import { isPostgresUrl } from "../../store/postgres/client/open-pool.js";

/** The store of the generated server. */
export interface DatabaseChoice {
  readonly packages: readonly string[];
  readonly typePackages: readonly string[];
  readonly imports: readonly string[];
  readonly constant?: string;
  readonly code: string;
  /** Variables with their values. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The store for a URL. A URL of a server goes into the variables, because it may contain a password. */
export function databaseChoice(url: string): DatabaseChoice {
  if (url.startsWith("file:")) {
    return {
      packages: ["libsql"],
      typePackages: [],
      imports: ['import { libsqlStore } from "@safelight/server/libsql";'],
      code: `libsqlStore({ url: ${JSON.stringify(url)} })`,
      variables: {},
    };
  }
  if (isPostgresUrl(url)) {
    return {
      packages: ["pg"],
      typePackages: ["@types/pg"],
      imports: ['import { postgresStore } from "@safelight/server/postgres";', 'import { Pool } from "pg";'],
      code: "postgresStore({ client: new Pool({ connectionString: process.env.DATABASE_URL, max: 4 }) })",
      variables: { DATABASE_URL: url },
    };
  }
  return {
    packages: ["@libsql/client"],
    typePackages: [],
    imports: [
      'import { createClient } from "@libsql/client";',
      'import { libsqlClientStore } from "@safelight/server/libsql-client";',
    ],
    constant: `const client = createClient({
  url: process.env.DATABASE_URL!,
  authToken: process.env.DATABASE_TOKEN!,
});
`,
    code: "await libsqlClientStore({ client })",
    variables: { DATABASE_URL: url, DATABASE_TOKEN: "" },
  };
}

/** D1 and R2 by their bindings. */
export const workersDatabase: DatabaseChoice = {
  packages: [],
  typePackages: [],
  imports: ['import { d1Store } from "@safelight/server/d1";'],
  code: "d1Store({ database: env.DB })",
  variables: {},
};
