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

const server = app.listen(Number(process.env.PORT ?? 3000), (error?: Error) => {
  // Express 5 passes an error here, such as a port that another process uses.
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  safelight.worker.start();
  console.log(server.address());
});

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
