import { registerHooks } from "node:module";

/** Hides `sharp` from this process, as on a host without it: Safelight then makes no thumbnails. */
export function hideSharp(): void {
  registerHooks({
    // biome-ignore lint/complexity/useMaxParams: a hook of Node's modules
    resolve(specifier, context, next) {
      if (specifier !== "sharp") return next(specifier, context);
      throw Object.assign(new Error("sharp is hidden."), { code: "ERR_MODULE_NOT_FOUND" });
    },
  });
}
