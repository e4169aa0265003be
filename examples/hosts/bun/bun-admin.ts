import { admin } from "./safelight.ts";

const server = Bun.serve({ port: 0, fetch: admin.handler });
console.log(server.url.href);
