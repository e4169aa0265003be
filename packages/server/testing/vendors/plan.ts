import type { VendorBehavior } from "./fake-vendor.js";

/** Planned behaviors, one per paid request. The last one repeats. */
export class Plan {
  #coming: readonly VendorBehavior[] = [{ type: "succeed" }];

  set(behaviors: readonly [VendorBehavior, ...VendorBehavior[]]): void {
    this.#coming = behaviors;
  }

  /** Behavior of the next paid request. */
  next(): VendorBehavior {
    const [behavior = { type: "succeed" }, ...later] = this.#coming;
    if (later.length > 0) this.#coming = later;
    return behavior;
  }
}
