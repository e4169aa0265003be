import { lookup } from "node:dns/promises";
import type { SocketGround } from "./copier-ground.js";
import { openConnection } from "./transport/open-connection.js";

/** Resolves and connects with the network of this machine. */
export const systemGround: SocketGround = {
  resolve: (hostname) => lookup(hostname, { all: true, order: "verbatim" }),
  connect: openConnection,
};
