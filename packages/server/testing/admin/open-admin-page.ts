import type { AdminOperator, AdminOptions } from "../../src/lib/admin/admin-options.js";
import { createAdmin } from "../../src/lib/admin/create-admin.js";
import type { testServer } from "../test-server.js";

/** The origin of the page's host. */
export const adminOrigin = "https://app.example";
/** The URL of the page. */
export const adminBase = `${adminOrigin}/admin/safelight`;

type Server = Awaited<ReturnType<typeof testServer>>;

/** An operator page for an operator, `null` for a signed-out visitor. */
export function openAdminPage(server: Server, operator: AdminOperator | null, options: Partial<AdminOptions> = {}) {
  const admin = createAdmin(server.safelight, { authorize: () => operator, origins: [adminOrigin], ...options });
  const get = (path: string, headers: HeadersInit = {}) =>
    admin.handler(new Request(`${adminBase}${path}`, { headers: { accept: "text/html", ...headers } }));
  const post = (path: string, fields: Record<string, string> | FormData, headers: Record<string, string> = {}) =>
    admin.handler(
      new Request(`${adminBase}${path}`, {
        method: "POST",
        body: fields instanceof FormData ? fields : new URLSearchParams(fields),
        headers: { origin: adminOrigin, "sec-fetch-site": "same-origin", accept: "text/html", ...headers },
      }),
    );
  const json = async (path: string) => (await get(path, { accept: "application/json" })).json();
  return { admin, get, post, json };
}
