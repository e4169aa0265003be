import { safelight } from "./safelight.ts";

safelight.worker.start();

process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});

// `bun bun.ts` serves it, and passes its server to `fetch` as the second argument. A video may have 200 MiB; Bun's limit is 128.
export default { fetch: safelight.handler, maxRequestBodySize: 201 * 2 ** 20 };
