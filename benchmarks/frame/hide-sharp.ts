import { registerHooks } from "node:module";

/** From now on `sharp` is not found by this process, as on a host that has not installed it: it makes no thumbnails. */
export function hideSharp(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "sharp") return next(specifier, context);
      throw Object.assign(new Error("sharp is hidden."), { code: "ERR_MODULE_NOT_FOUND" });
    },
  });
}
