import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import { isSystemError } from "./demo-secret.ts";

/** Serves the Markdown files of a folder as plain text. */
export function docsRoutes(folder: string): Hono {
  const routes = new Hono();
  routes.get("/:file{[a-z-]+\\.md}", async (context) => {
    try {
      const text = await readFile(join(folder, context.req.param("file")), "utf8");
      context.header("X-Content-Type-Options", "nosniff");
      return context.text(text);
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return context.text("Not found", 404);
      throw error;
    }
  });
  return routes;
}
