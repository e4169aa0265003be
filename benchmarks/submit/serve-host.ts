import { once } from "node:events";
import { serve } from "@hono/node-server";
import { answering } from "../frame/answering.ts";

/** What a host is told before it serves. */
export interface HostStart {
  /** For its files. */
  readonly folder: string;
  /** Of the server that it needs, such as Redis; empty where it needs none. */
  readonly url: string;
  /** Whether it goes beyond what its docs begin with. */
  readonly isTuned: boolean;
}

/** What a host's database holds after the load. */
export interface Books {
  readonly submits: number;
  /** Of all owners, in order; `null` where it keeps none. */
  readonly balances: readonly number[] | null;
  /** What is wrong with them, in words. */
  readonly faults: readonly string[];
}

/** A host that is measured. */
export interface Host {
  fetch(request: Request): Response | Promise<Response>;
  readBooks(): Books | Promise<Books>;
}

/** Has this process open a host and serve it, once the one that has started it says with what. */
export function serveHost(open: (start: HostStart) => Host | Promise<Host>): void {
  let host: Host | null = null;
  answering({
    /** Answers with the port. */
    async start(start: HostStart): Promise<number> {
      host = await open(start);
      const server = serve({ fetch: host.fetch, port: 0, hostname: "127.0.0.1" });
      if (!server.listening) await once(server, "listening");
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("The host has no port.");
      return address.port;
    },
    readBooks: () => host?.readBooks(),
  });
}
