import { toNodeHandler } from "@safelight/server/node";
import express from "express";
import { safelight } from "./safelight.ts";

const app = express();
// The wrong order: the parser reads the bodies of Safelight's requests.
app.use(express.json());
app.use("/api/generations", toNodeHandler(safelight));

const server = app.listen(0, () => console.log(server.address()));
