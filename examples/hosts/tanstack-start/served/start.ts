import { serve } from "@hono/node-server";
import handler from "./dist/server/server.js";

// Not `vite preview`, which compresses event streams.
serve({ fetch: handler.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}/`),
);
