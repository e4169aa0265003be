import { once } from "node:events";
import { serve } from "@hono/node-server";
import { handleCommands } from "../frame/handle-commands.ts";

/** Settings of a host. */
export interface HostStart {
  /** For the host's files. */
  readonly folder: string;
  /** URL of the database server, such as Redis; empty without one. */
  readonly url: string;
  /** Whether the configuration goes beyond the first steps of the product's docs. */
  readonly isTuned: boolean;
}

/** State of a host's database after the load. */
export interface Totals {
  readonly submits: number;
  /** Balances of all owners, in order; `null` for a host without balances. */
  readonly balances: readonly number[] | null;
  /** Descriptions of the faults. */
  readonly faults: readonly string[];
}

/** A host to measure. */
export interface Host {
  fetch(request: Request): Response | Promise<Response>;
  readTotals(): Totals | Promise<Totals>;
}

/** Opens and serves a host in this process on the `start` command. */
export function serveHost(open: (start: HostStart) => Host | Promise<Host>): void {
  let host: Host | null = null;
  handleCommands({
    /** Returns the port. */
    async start(start: HostStart): Promise<number> {
      host = await open(start);
      const server = serve({ fetch: host.fetch, port: 0, hostname: "127.0.0.1" });
      if (!server.listening) await once(server, "listening");
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("The host has no port.");
      return address.port;
    },
    readTotals: () => host?.readTotals(),
  });
}
