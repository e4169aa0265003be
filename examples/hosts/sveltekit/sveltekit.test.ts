import { smokeFreshApp } from "./fresh-app.ts";

// The template of `sv` is that of SvelteKit 2: `minimal` has the same configuration for SvelteKit 3.
smokeFreshApp({
  title: "SvelteKit 3",
  framework: "sveltekit",
  create: "cp -r minimal app",
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
