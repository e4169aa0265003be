import { openGround } from "../ground/open-ground.js";
import { libsqlFiles, type ProvingGround } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";
import { compareStores } from "./compare-stores.js";
import type { OpenAt } from "./play-acts.js";

const sizes = { short: 3, long: 600 };

/** The same random calls on a libSQL file and on another store with the same clock. */
export const differential: Proof = {
  id: "F26",
  title: "random histories on a libSQL file and on another store: every verdict and every read is equal (histories)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I12", "I15", "I17"],
  async run({ scale, seed, ground: source, onProgress }) {
    const file = await openGround(libsqlFiles);
    const other = await openGround(source);
    const reference = opening(file, async (now) => file.open({ now, isDurable: false }));
    const subject = opening(other, async (now) =>
      // A file would be compared with itself: its commands run on a server instead, in batches.
      source.kind === "libsql" ? other.openRemote({ now }) : other.open({ now, isDurable: false }),
    );
    const { histories, calls, kinds, difference } = await compareStores(
      { reference, subject },
      { seed, histories: sizes[scale], onProgress },
    );
    await Promise.all([file.drop(), other.drop()]);
    return {
      runs: histories,
      faults: 0,
      violations: difference === null ? [] : [difference],
      figures: { "calls compared": calls.toLocaleString("en-US"), "different results": kinds.toLocaleString("en-US") },
    };
  },
};

/** Deletes all rows when a store is closed. */
function opening(ground: ProvingGround, open: OpenAt): OpenAt {
  return async (now) => {
    const store = await open(now);
    return {
      ...store,
      async close() {
        await store.close();
        await ground.clear();
      },
    };
  };
}
