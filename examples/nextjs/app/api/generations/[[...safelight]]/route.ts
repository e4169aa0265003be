import { toNextHandlers } from "@safelight/server/next";
import { after } from "next/server";
import { safelight } from "@/safelight";

// In request mode, `after` continues the work once the response is sent. A started worker does not need it.
export const { GET, POST, DELETE, OPTIONS, HEAD } = toNextHandlers(safelight, { waitUntil: after });
