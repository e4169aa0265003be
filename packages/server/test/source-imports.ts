import { registerHooks } from "node:module";

/** Lets Node run the sources unchanged: their imports name the files of the build. */
registerHooks({
  resolve: (name, context, next) => {
    const isOurs = context.parentURL?.includes("/node_modules/") === false;
    return next(isOurs && /^\.{1,2}\/.*\.js$/.test(name) ? name.replace(/js$/, "ts") : name, context);
  },
});
