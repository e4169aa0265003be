import { safelight } from "./safelight.ts";

// The host does not pass Bun's server on, so Safelight cannot raise the idle limit.
const server = Bun.serve({ port: 0, fetch: (request) => safelight.handler(request) });
console.log(server.url.href);
