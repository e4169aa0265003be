import handler, { createServerEntry } from "@tanstack/react-start/server-entry";
import { safelight } from "./safelight.server";

safelight.worker.start();
process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});

export default createServerEntry({ fetch: (request) => handler.fetch(request) });
