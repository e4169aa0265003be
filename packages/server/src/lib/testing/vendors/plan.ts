import type { VendorBehavior } from "./fake-vendor.js";

/** What was planned, one paid request after another; the last one is repeated. */
export class Plan {
  #coming: readonly VendorBehavior[] = [{ type: "succeed" }];

  set(behaviors: readonly [VendorBehavior, ...VendorBehavior[]]): void {
    this.#coming = behaviors;
  }

  /** For the next paid request. */
  next(): VendorBehavior {
    const [behavior = { type: "succeed" }, ...later] = this.#coming;
    if (later.length > 0) this.#coming = later;
    return behavior;
  }
}
