import pg from "pg";
import { becomes, runNetworkedBusContract } from "../../../test/networked-bus-contract.js";
import { startPostgres } from "../../../test/start-postgres.js";
import { runEventBusContract } from "../../../testing/event-bus-contract/event-bus-contract.js";
import { postgresEventBus } from "./postgres-event-bus.js";

const server = startPostgres();

async function connectTo({ name = "bus", port = 5432 } = {}) {
  const { socketFolder } = await server();
  return () =>
    new pg.Client({ host: socketFolder, port, user: "postgres", database: "postgres", application_name: name });
}

runEventBusContract("postgresEventBus", async () => ({
  async open(database) {
    const bus = postgresEventBus({ listen: await connectTo(), schema: database });
    await becomes(bus, true);
    return bus;
  },
}));

let subjects = 0;

runNetworkedBusContract("postgresEventBus", async () => {
  subjects += 1;
  const name = `subject_${subjects}`;
  const connect = await connectTo({ name });
  const pool = (await server()).openPool({ max: 1 });
  let isCut = false;
  const sessions = async () =>
    (await pool.query("SELECT pid FROM pg_stat_activity WHERE application_name = $1", [name])).rows.length;
  return {
    open: (options) =>
      postgresEventBus({
        ...options,
        schema: name,
        listen: () => {
          if (isCut) throw new Error("The connection is cut.");
          return connect();
        },
      }),
    async cut() {
      isCut = true;
      const text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
      do await pool.query(text, [name]);
      while ((await sessions()) > 0);
    },
    async restore() {
      isCut = false;
    },
  };
});
