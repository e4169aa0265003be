/**
 * Serves Safelight from Node's own http server, and from the frameworks on top of it: Express, Fastify, Connect, Vite.
 *
 * @example
 * ```ts
 * const app = express();
 * app.use("/api/generations", toNodeHandler(safelight));
 * app.use(express.json());
 * ```
 * @module
 */
export { type NodeHandler, toNodeHandler } from "./lib/http/mount/node-handler.js";
