import type { ServerInit } from "@sveltejs/kit/hooks";
import { safelight } from "./lib/server/safelight.ts";

export const init: ServerInit = () => {
  safelight.worker.start();
  // Emitted by adapter-node at SIGTERM.
  process.once("sveltekit:shutdown", () => safelight.close());
};
