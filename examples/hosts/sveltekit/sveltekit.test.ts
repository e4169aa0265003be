import { smokeFreshApp, template } from "./fresh-app.ts";

smokeFreshApp({
  title: "SvelteKit",
  framework: "sveltekit",
  create: `${template("sv")} create app --template minimal --types ts --no-add-ons --no-install
    cd app && ${template("sv")} add sveltekit-adapter=adapter:node --no-install --no-git-check`,
  module: "src/lib/server/safelight.ts",
  build: "node --run build",
  // By default, the adapter takes the protocol of its own origin for https, and refuses forms from http.
  start: {
    command: ["sh", "-c", "exec env ORIGIN=http://127.0.0.1:$PORT BODY_SIZE_LIMIT=Infinity node --env-file=.env build"],
  },
  packages: ["@sveltejs/kit", "@sveltejs/adapter-node"],
});
