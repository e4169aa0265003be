import { lookup } from "node:dns/promises";
import type { CopierGround } from "./copier-ground.js";
import { openConnection } from "./open-connection.js";

/** The names and connections of the machine. */
export const systemGround: Omit<CopierGround, "clock"> = {
  resolve: (hostname) => lookup(hostname, { all: true, order: "verbatim" }),
  connect: openConnection,
  headersMs: 30_000,
  idleMs: 30_000,
  totalMs: 120_000,
};
