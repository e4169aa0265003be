import { access } from "node:fs/promises";
import type { Store } from "../../ports/store.js";

/**
 * Opens a database that is there already, for tools that only look: nothing is created or upgraded.
 *
 * @param options.url `file:` and a path, or the address of a server (`libsql:`, `https:`, `http:`).
 * @param options.authToken for a server that asks for one.
 * @throws {TypeError} when the URL names nothing that can be opened.
 */
export async function openExistingStore(options: {
  readonly url: string;
  readonly authToken: string | undefined;
}): Promise<Store> {
  const { url, authToken } = options;
  // Late, each: whoever looks at a file needs no client of servers, and the other way round.
  if (!url.startsWith("file:")) {
    const [{ createClient }, { libsqlClientStore }] = await Promise.all([
      import("@libsql/client"),
      import("./libsql-client-store.js"),
    ]);
    const client = createClient({ url, ...(authToken !== undefined && { authToken }) });
    const store = await libsqlClientStore({ client, identity: url });
    const close = store.close.bind(store);
    return { ...store, close: () => close().finally(() => client.close()) };
  }
  const { libsqlStore } = await import("./libsql-store.js");
  const store = libsqlStore({ url });
  await access(store.identity.slice("file:".length)).catch(() => {
    throw new TypeError(`There is no database at ${store.identity}.`);
  });
  return store;
}
