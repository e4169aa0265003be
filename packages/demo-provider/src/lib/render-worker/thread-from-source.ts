import { registerHooks } from "node:module";

// The entry of the drawing thread where the package runs from its TypeScript source, as in its own tests. Node strips
// the types there, but looks for the `.js` files that the imports name and only a build makes.
registerHooks({
  resolve: (specifier, context, next) =>
    next(/^\.{1,2}\/.*\.js$/.test(specifier) ? specifier.replace(/\.js$/, ".ts") : specifier, context),
});
await import("./thread.js");
