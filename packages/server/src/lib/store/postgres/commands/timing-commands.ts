import type { Store } from "../../../ports/store/store.js";
import { addTimings } from "../functions/timing/add-timings.js";
import { readTimings } from "../reads/timings.js";
import type { StatementRunner } from "./statement-runner.js";

export const timingFunctions = [addTimings];

export function timingCommands(runner: StatementRunner): Pick<Store, "readTimings" | "addTimings"> {
  return {
    async readTimings({ models }) {
      return (await runner.read(readTimings, { models: JSON.stringify(models) })).timings;
    },

    async addTimings(timings) {
      if (timings.length > 0) await runner.call(addTimings, { timings: JSON.stringify(timings) });
    },
  };
}
