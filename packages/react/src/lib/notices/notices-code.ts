export { noticesOf } from "./notices.js";
export { decorateTitle, refreshTitle } from "./page-title.js";
export { onPermissionChange, permissionChanges } from "./permission-changes.js";
export { presentBySystem } from "./system-presenter.js";
