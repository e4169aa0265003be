import type { AdminOptions } from "../src/lib/admin/admin-options.js";
import { createAdmin } from "../src/lib/admin/create-admin.js";

const base = "https://app.example/admin/safelight";

/** Sends JSON requests to the operator page of a server. Every request is that of an operator with all permissions. */
export function openAdmin(safelight: object, options: Partial<AdminOptions> = {}) {
  const admin = createAdmin(safelight, { authorize: () => ({ actor: "grace", may: "everything" }), ...options });
  const accept = "application/json";
  const get = (path: string, headers: HeadersInit = { accept }) =>
    admin.handler(new Request(`${base}${path}`, { headers }));
  const post = (path: string, fields: object) => {
    const headers = { accept, "content-type": accept };
    return admin.handler(new Request(`${base}${path}`, { method: "POST", headers, body: JSON.stringify(fields) }));
  };
  return {
    admin,
    get,
    post,
    /** The page as HTML. */
    html: async (path: string) => (await get(path, { accept: "text/html" })).text(),
    json: async (path: string) => (await get(path)).json(),
  };
}
