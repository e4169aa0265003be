import { createEmitter } from "../connection/emitter.js";
import { onPageVisibility } from "../connection/page-visibility.js";

/** Emits after the user has been prompted. */
export const permissionChanges = /* @__PURE__ */ createEmitter<void>();

/** Subscribes to changes of the permission, until the returned function is called. */
export function onPermissionChange(listener: () => void): () => void {
  const unsubscribe = permissionChanges.subscribe(listener);
  // Browser settings change it without an event, so check it when the page becomes visible.
  const unsubscribeVisibility = onPageVisibility(listener);
  // It may have changed before this code was loaded.
  listener();
  return () => {
    unsubscribe();
    unsubscribeVisibility();
  };
}
