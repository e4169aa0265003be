import { safelight } from "./safelight.ts";

// Bun's server stays with the host: Safelight cannot raise the idle limit.
const server = Bun.serve({ port: 0, fetch: (request) => safelight.handler(request) });
console.log(server.url.href);
