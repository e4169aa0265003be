import { createTabStore } from "../shell/tab-store.ts";

/** Keeps the id of the generation in the tray across reloads of this tab; `null` if the tray is empty. */
export const trayStore = createTabStore("safelight-demo:tray", (stored): string | null =>
  typeof stored === "string" ? stored : null,
);
