import { defineRead } from "../text/define-read.js";

/** Position of the latest erasure. Erasures commit in the order of their positions. */
export const erasurePosition = defineRead<{ readonly erasures: { readonly position: number } }>({
  name: "erasure_position",
  parameters: {},
  parts: { erasures: "SELECT coalesce(max(position), 0) AS position FROM @erased_owners" },
});
