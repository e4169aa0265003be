import { createTabStore } from "../words/tab-store.ts";

const store = createTabStore("safelight-demo:submitted", (stored): readonly string[] =>
  Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [],
);

/**
 * What was submitted in this tab and has not been announced yet. It is kept with the tab, so that the tab still
 * announces it after a reload, and no other tab does.
 */
export const submittedHere = {
  useIds: store.use,
  add: (id: string): void => {
    if (!store.read().includes(id)) store.write([...store.read(), id]);
  },
  remove: (id: string): void => store.write(store.read().filter((known) => known !== id)),
};
