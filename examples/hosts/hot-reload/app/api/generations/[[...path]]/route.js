import { toNextHandlers } from "@safelight/server/next";
import { safelight } from "../../../../safelight.js";

export const { GET, POST, DELETE, OPTIONS, HEAD } = toNextHandlers(safelight);
