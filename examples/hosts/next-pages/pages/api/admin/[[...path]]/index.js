import { toNodeHandler } from "@safelight/server/node";
import { admin } from "../../../../safelight.ts";

export const config = { api: { bodyParser: false, externalResolver: true } };

export default toNodeHandler(admin);
