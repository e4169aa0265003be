import type { Hono } from "hono";
import { fnv1a } from "../../bytes/fnv1a.js";
import type { AdminEnv } from "../admin-context.js";
import { script } from "./script.js";
import { styleSheet } from "./style-sheet.js";

/** A path with a hash of the content, so that browsers may cache it without a check. */
function pathOf(content: string, extension: string): string {
  return `/assets/${fnv1a(content).toString(16).padStart(8, "0")}.${extension}`;
}

export const stylePath = pathOf(styleSheet, "css");
export const scriptPath = pathOf(script, "js");

/** The style sheet and the script are texts of the module: a host needs no folder and no build for them. */
export function assetRoutes(router: Hono<AdminEnv>): void {
  const headers = { "Cache-Control": "private, max-age=31536000, immutable" };
  router.get(stylePath, (c) => c.body(styleSheet, 200, { ...headers, "Content-Type": "text/css; charset=utf-8" }));
  router.get(scriptPath, (c) => c.body(script, 200, { ...headers, "Content-Type": "text/javascript; charset=utf-8" }));
}
