import { registerHooks } from "node:module";

/** Makes this process a host that has not installed `sharp`: nobody here makes thumbnails. Call it before the first picture. */
export function withoutSharp(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "sharp") throw new Error("This host has no sharp.");
      return next(specifier, context);
    },
  });
}
