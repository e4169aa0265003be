import fc from "fast-check";
import { openGround } from "../ground/open-ground.js";
import type { OpenOptions } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";
import { playWalletHistory } from "./play-wallet-history.js";
import { walletHistory } from "./wallet-history.js";

const sizes = { short: 20, long: 2_000 };
/** A clock that is ahead. The processes of a Postgres share the clock of its server. */
const aheadMs = { libsql: 3_600_000, postgres: 0 };
/** Time to shrink a history that broke a promise. */
const shrinksForMs = 20_000;
/** A process must have died around each of these commands and calls. */
const deathsOf = [
  "openHolds",
  "authorize",
  "submit",
  "submitMany",
  "endHolds",
  "settle",
  "claimOutbox",
  "capture",
  "release",
];

/** A host keeps the credits in a remote wallet, which loses, repeats and delays messages, and its processes die at any point. */
export const hostCredits: Proof = {
  id: "F29",
  title:
    "a remote wallet keeps the credits, loses and delays messages; processes die at any point, some an hour ahead (histories)",
  proves: ["I1", "I2", "I3"],
  async run({ scale, seed, ground: source, onProgress }) {
    const ground = await openGround(source);
    const points = new Set<string>();
    const sums = { deaths: 0, ahead: 0, faults: 0, captured: 0, released: 0, unused: 0 };
    let runs = 0;
    let failedAt = Number.POSITIVE_INFINITY;
    const property = fc.asyncProperty(walletHistory, async (history) => {
      if (performance.now() - failedAt > shrinksForMs) return;
      await ground.clear();
      const open = (clock: OpenOptions) => ground.open({ ...clock, isDurable: false });
      const report = await playWalletHistory(history, { open, aheadMs: aheadMs[source.kind] });
      if (failedAt === Number.POSITIVE_INFINITY) {
        runs += 1;
        for (const point of report.deaths) points.add(point);
        sums.deaths += report.deaths.length;
        for (const name of ["ahead", "faults", "captured", "released", "unused"] as const) sums[name] += report[name];
        onProgress?.(runs, sizes[scale]);
      }
      if (report.violations.length === 0) return;
      failedAt = Math.min(failedAt, performance.now());
      throw new Error(report.violations.join("; "));
    });
    const details = await fc.check(property, { seed, numRuns: sizes[scale] });
    await ground.drop();
    const violations: string[] = [];
    if (details.failed) {
      const [history] = details.counterexample ?? [];
      violations.push(`${details.errorInstance} (path ${details.counterexamplePath}: ${JSON.stringify(history)})`);
    }
    if (sums.captured === 0 || sums.released === 0) violations.push("nothing was captured or released");
    const around = deathsOf.flatMap((name) => [`before ${name}`, `after ${name}`]);
    const missed = around.filter((point) => !points.has(point));
    if (scale === "long" && missed.length > 0) violations.push(`no process died ${missed.join(", ")}`);
    return {
      runs,
      faults: sums.deaths + sums.faults,
      violations,
      figures: {
        deaths: sums.deaths.toLocaleString("en-US"),
        ...(source.kind === "libsql" && { "processes an hour ahead": sums.ahead.toLocaleString("en-US") }),
        captured: sums.captured.toLocaleString("en-US"),
        released: sums.released.toLocaleString("en-US"),
        "released without a generation": sums.unused.toLocaleString("en-US"),
      },
    };
  },
};
