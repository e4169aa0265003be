import { toNodeHandler } from "@safelight/server/node";
import compression from "compression";
import express from "express-4";
import { admin, safelight } from "./safelight.ts";

const app = express();
// @ts-expect-error The types of `compression` are for Express 5.
app.use(compression());
app.use("/api/generations", toNodeHandler(safelight));
app.use("/admin/safelight", toNodeHandler(admin));

safelight.worker.start();
const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log(server.address()));

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
