import { safelight } from "../../../../lib/server/safelight.ts";
import type { RequestHandler } from "./$types";

export const fallback: RequestHandler = ({ request }) => safelight.handler(request);
