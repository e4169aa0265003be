import type { Store } from "../../../ports/store/store.js";
import { addTimings } from "../functions/worker/add-timings.js";
import { readTimings } from "../reads/timings.js";
import type { Session } from "./session.js";

export const timingFunctions = [addTimings];

/** Durations of earlier generations. */
export function timingCommands(session: Session): Pick<Store, "readTimings" | "addTimings"> {
  return {
    async readTimings({ models }) {
      return (await session.read(readTimings, { models: JSON.stringify(models) })).timings;
    },

    async addTimings(timings) {
      if (timings.length > 0) await session.call(addTimings, { timings: JSON.stringify(timings) });
    },
  };
}
