import { safelight } from "./safelight.ts";

safelight.worker.start();

process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});

// `bun bun.ts` serves it, and passes its server to `fetch` as the second argument.
export default { fetch: safelight.handler };
