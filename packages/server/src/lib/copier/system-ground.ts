import { lookup } from "node:dns/promises";
import type { SocketGround } from "./copier-ground.js";
import { openConnection } from "./transport/open-connection.js";

/** The names and connections of the machine. */
export const systemGround: SocketGround = {
  resolve: (hostname) => lookup(hostname, { all: true, order: "verbatim" }),
  connect: openConnection,
};
