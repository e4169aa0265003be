import { createTabStore } from "../shell/tab-store.ts";

/** The id of the picture that lies in the tray of this tab, so that a reload finds it there; `null` when it is empty. */
export const trayStore = createTabStore("safelight-demo:tray", (stored): string | null =>
  typeof stored === "string" ? stored : null,
);
