import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { filePage } from "../pages/file-page.js";

/** Max bytes of an uploaded file with its form. */
const maxBytes = 32 * 1_048_576;

const limitUpload = bodyLimit({
  maxSize: maxBytes,
  onError: () => {
    throw new AdminError(413, "The file is too large to be uploaded: enter its SHA-256 instead.");
  },
});

/** Finds the generations that made a file. A read: it needs no permission, and has no record. */
export function fileRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { store } = deps.access.service;

  router.get("/files", async (c) => {
    const sha256 = (c.req.query("sha256") ?? "").trim().toLowerCase();
    if (sha256 !== "" && !/^[0-9a-f]{64}$/.test(sha256)) {
      throw new AdminError(400, "Enter a SHA-256 of 64 hexadecimal digits.");
    }
    const outputs = sha256 === "" ? [] : await store.findOutputsBySha256(sha256);
    if (wantsJson(c.req.header("accept"))) return c.json({ sha256, outputs });
    return c.html(filePage({ c, deps }, { sha256, outputs, maxBytes }));
  });

  // For browsers without JavaScript. The file is not kept.
  router.post("/files", limitUpload, async (c) => {
    const { file } = await c.req.parseBody().catch(() => ({ file: null }));
    if (!(file instanceof File) || file.size === 0) throw new AdminError(400, "Choose a file that is not empty.");
    const sha256 = await sha256Hex(new Uint8Array(await file.arrayBuffer()));
    return c.redirect(`${deps.settings.basePath}/files?sha256=${sha256}`, 303);
  });
}
