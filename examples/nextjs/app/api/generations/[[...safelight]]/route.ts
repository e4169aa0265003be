import { toNextHandlers } from "@safelight/server/next";
import { after } from "next/server";
import { safelight } from "@/safelight";

// In request mode `after` has the work go on when the answer is sent; a started worker does not need it.
export const { GET, POST, DELETE, OPTIONS, HEAD } = toNextHandlers(safelight, { waitUntil: after });
