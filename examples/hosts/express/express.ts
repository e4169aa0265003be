import { toNodeHandler } from "@safelight/server/node";
import express from "express";
import { safelight } from "./safelight.ts";

const app = express();
// Before express.json(), because Safelight reads its request bodies itself.
app.use("/api/generations", toNodeHandler(safelight));
app.use(express.json());
app.post("/echo", (request, response) => {
  response.json(request.body);
});

safelight.worker.start();
const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log(server.address()));

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
