import type { Hono } from "hono";
import type { AdminEnv } from "../admin-context.js";
import { script } from "./script.js";
import { styleSheet } from "./style-sheet.js";

/** A path with a hash of the content: FNV-1a, which is synchronous, unlike Web Crypto. */
function pathOf(content: string, extension: string): string {
  let hash = 0x811c9dc5;
  for (const character of content) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `/assets/${(hash >>> 0).toString(16).padStart(8, "0")}.${extension}`;
}

export const stylePath = pathOf(styleSheet, "css");
export const scriptPath = pathOf(script, "js");

/** The style sheet and the script are texts of the module: a host needs no folder and no build for them. */
export function assetRoutes(router: Hono<AdminEnv>): void {
  const headers = { "Cache-Control": "private, max-age=31536000, immutable" };
  router.get(stylePath, (c) => c.body(styleSheet, 200, { ...headers, "Content-Type": "text/css; charset=utf-8" }));
  router.get(scriptPath, (c) => c.body(script, 200, { ...headers, "Content-Type": "text/javascript; charset=utf-8" }));
}
