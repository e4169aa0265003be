import { access } from "node:fs/promises";
import type { Store } from "../../ports/store.js";
import { createStore } from "./create-store.js";
import { FileExecutor } from "./file-executor.js";
import { fileOf } from "./file-of.js";

/**
 * Opens a database that is there already, for tools that only look: nothing is created or upgraded, and nothing can be
 * written to a file.
 *
 * @param options.url `file:` and a path, or the address of a server (`libsql:`, `https:`, `http:`).
 * @param options.authToken for a server that asks for one.
 * @throws {TypeError} when the URL names nothing that can be opened.
 */
export async function openExistingStore(options: {
  readonly url: string;
  readonly authToken: string | undefined;
}): Promise<Store> {
  return options.url.startsWith("file:") ? openFile(fileOf(options.url)) : openRemote(options);
}

async function openFile(path: string): Promise<Store> {
  await access(path).catch(() => {
    throw new TypeError(`There is no database at file:${path}.`);
  });
  // Late, as below: whoever looks at a server needs no driver of files, and the other way round.
  const { default: Database } = await import("libsql");
  const executor = new FileExecutor({
    path,
    open: (file, { timeout }) => new Database(file, { timeout, readonly: true }),
    synchronous: null,
    patienceMs: 5_000,
    random: Math.random,
  });
  return createStore(executor, `file:${path}`, {});
}

async function openRemote({
  url,
  authToken,
}: {
  readonly url: string;
  readonly authToken: string | undefined;
}): Promise<Store> {
  const [{ createClient }, { libsqlClientStore }] = await Promise.all([
    import("@libsql/client"),
    import("./libsql-client-store.js"),
  ]);
  const client = createClient({ url, ...(authToken !== undefined && { authToken }) });
  const store = await libsqlClientStore({ client, identity: url });
  return { ...store, close: () => store.close().finally(() => client.close()) };
}
