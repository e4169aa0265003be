import { smokeFreshApp, template } from "./fresh-app.ts";

smokeFreshApp({
  title: "SvelteKit 2",
  framework: "sveltekit",
  create: `${template("sv")} create app --template minimal --types ts --no-add-ons --no-install
    cd app && ${template("sv")} add sveltekit-adapter=adapter:node --no-install --no-git-check`,
  module: "src/lib/server/safelight.ts",
  build: "node --run build",
  // By default, the adapter takes https for the protocol of each request, and refuses forms from http.
  start: {
    command: ["node", "--env-file=.env", "build"],
    env: { BODY_SIZE_LIMIT: "Infinity", PROTOCOL_HEADER: "x-forwarded-proto" },
    headers: { "x-forwarded-proto": "http" },
  },
  packages: ["@sveltejs/kit", "@sveltejs/adapter-node"],
});
