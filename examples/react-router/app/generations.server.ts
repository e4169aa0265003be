import { safelight } from "./safelight.server";

// The server imports its routes when it starts, and the build does not run them. After an edit in development, the module
// runs again, and only the newest worker stays.
safelight.worker.start();
process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});

export const handle = ({ request }: { request: Request }) => safelight.handler(request);
