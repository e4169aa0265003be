import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { copiedDatabases, openCopied as open, type TestDatabase } from "../../../test/copied-databases.js";
import { fillAllTables } from "../../../test/fill-all-tables.js";
import { moveDatabase } from "../store/copy/move-database.js";

const databases = copiedDatabases();

interface SilentDatabase extends TestDatabase {
  /** Transfers nothing more over the connections of before. They stay open; new ones work. */
  fallSilent(): void;
  /** Resolves once a request was sent over a silent connection. */
  readonly swallowed: Promise<void>;
}

/** The database behind a network that falls silent. */
async function behindProxy(database: TestDatabase): Promise<SilentDatabase> {
  const folder = new URL(database.url).searchParams.get("host") ?? "";
  const sockets = new Set<Socket>();
  let swallow = (): void => {};
  const swallowed = new Promise<void>((resolve) => {
    swallow = resolve;
  });
  let silent: ReadonlySet<Socket> = new Set();
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on("data", (bytes) => {
      if (silent.has(from)) swallow();
      else to.write(bytes);
    });
    from.on("close", () => {
      if (!silent.has(from)) to.destroy();
    });
    from.on("error", () => {});
  };
  const server = createServer((client) => {
    const upstream = connect(`${folder}/.s.PGSQL.5432`);
    forward(client, upstream);
    forward(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // The cast is safe: the server listens on TCP.
  const { port } = server.address() as AddressInfo;
  return {
    ...database,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    fallSilent: () => {
      silent = new Set(sockets);
    },
    swallowed,
  };
}

it.each(["source", "target"] as const)(
  "ends the read-only phase although the network of the %s has fallen silent",
  async (side) => {
    const postgres = await behindProxy(await databases.postgres());
    const file = await databases.file();
    const [from, to] = side === "source" ? [postgres, file] : [file, postgres];
    await fillAllTables(from.open);
    const [source, target] = [await open(from), await open(to)];
    const interrupted = new AbortController();
    void postgres.swallowed.then(() => interrupted.abort(new Error("interrupted")));
    const moving = moveDatabase({
      source,
      target,
      run: "first",
      prepareOnly: false,
      maxReadOnlyMs: 600_000,
      signal: interrupted.signal,
      report: (line) => {
        if (line.endsWith("is read-only.")) postgres.fallSilent();
      },
      now: () => 0,
    });
    await expect(moving).rejects.toThrow("accepts writes again, and nothing has moved: interrupted");
    expect(await from.query("SELECT value FROM @settings WHERE name = 'frozen'")).toEqual([]);
    await from.query("UPDATE @outputs SET width = 9");
    await Promise.all([source.close(), target.close()]);
  },
);
