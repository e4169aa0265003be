/**
 * The operator page: what is in progress, stuck or failed, and actions on it, each recorded with its reason.
 *
 * @example
 * ```ts
 * const admin = createAdmin(safelight, {
 *   authorize: async ({ headers }) => {
 *     const user = await staffOf(headers);
 *     return user && { actor: user.email, may: user.isAdmin ? "everything" : "read" };
 *   },
 * });
 * app.route("/admin/safelight", admin.app);
 * ```
 * @module
 */
export type { AdminOperator, AdminOptions, AdminPermission, AuthorizeRequest } from "./lib/admin/admin-options.js";
export { type Admin, createAdmin } from "./lib/admin/create-admin.js";
