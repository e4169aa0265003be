import { createAdmin } from "@safelight/server/admin";
import { toNodeHandler } from "@safelight/server/node";
import express from "express";
import { safelight } from "./safelight.ts";

const admin = createAdmin(safelight, {
  authorize: ({ headers }) =>
    headers.get("authorization") === "Bearer staff" ? { actor: "staff", may: "everything" } : null,
});

const app = express();
app.use("/api/generations", toNodeHandler(safelight));
app.use("/admin/safelight", toNodeHandler(admin));

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  safelight.worker.start();
  console.log(server.address());
});

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
