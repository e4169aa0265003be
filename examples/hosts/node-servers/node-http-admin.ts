import { createServer } from "node:http";
import { toNodeHandler } from "@safelight/server/node";
import { admin } from "./safelight.ts";

const server = createServer(toNodeHandler(admin));
server.listen(0, () => console.log(server.address()));
