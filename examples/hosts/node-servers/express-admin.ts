import { toNodeHandler } from "@safelight/server/node";
import express from "express";
import { admin } from "./safelight.ts";

const app = express();
app.use("/admin/safelight", toNodeHandler(admin));

const server = app.listen(0, () => console.log(server.address()));
