import { toNodeHandler } from "@safelight/server/node";
import { safelight } from "../../../../safelight.ts";

// Safelight reads its request bodies itself.
export const config = { api: { bodyParser: false, externalResolver: true } };

export default toNodeHandler(safelight);
