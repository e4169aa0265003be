import { openGround } from "../ground/open-ground.js";
import { libsqlFiles } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";
import { compareStores } from "./compare-stores.js";
import type { OpenAt } from "./play-acts.js";

const sizes = { short: 5, long: 600 };

/** The same random calls on a libSQL file and on another store with the same clock. */
export const differential: Proof = {
  id: "F26",
  title: "random histories on a libSQL file and on another store: every verdict and every read is equal (histories)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I12", "I15", "I17"],
  async run({ scale, seed, ground, onProgress }) {
    const reference = openedOn(async (now) => {
      const file = await openGround(libsqlFiles);
      return [file, file.open({ now, isDurable: false })];
    });
    const subject = openedOn(async (now) => {
      const other = await openGround(ground);
      // A file would be compared with itself: its commands run on a server instead, in batches.
      return [
        other,
        ground.kind === "libsql" ? await other.openRemote({ now }) : other.open({ now, isDurable: false }),
      ];
    });
    const { histories, calls, kinds, difference } = await compareStores(
      { reference, subject },
      { seed, histories: sizes[scale], onProgress },
    );
    return {
      runs: histories,
      faults: 0,
      violations: difference === null ? [] : [difference],
      figures: { "calls compared": calls.toLocaleString("en-US"), "different results": kinds.toLocaleString("en-US") },
    };
  },
};

type Opened = Awaited<ReturnType<typeof openGround>>;

/** Deletes the database when its store is closed. */
function openedOn(open: (now: () => number) => Promise<readonly [Opened, Awaited<ReturnType<OpenAt>>]>): OpenAt {
  return async (now) => {
    const [ground, store] = await open(now);
    return {
      ...store,
      async close() {
        await store.close();
        await ground.drop();
      },
    };
  };
}
