import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { Colony, type Victim } from "../colony/colony.js";
import { commandPoints, namedPoints } from "../colony/kill-points.js";
import { pause } from "../colony/pause.js";
import { type Stock, takeStock } from "../colony/take-stock.js";

/** What a round is made of. */
export interface KillRoundOptions {
  /** The bundled victim. */
  readonly script: string;
  readonly kills: number;
  readonly seed: number;
  /** Told of each kill, with the point at which it came; `null` at any instant. */
  readonly onKill: (point: string | null) => void;
}

const processes = 3;
const leaseMs = 600;
/** How long the survivor may take to bring everything to its end. */
const endsWithinMs = 120_000;

/**
 * Kills processes with SIGKILL while they take in and advance generations on one database file; then lets a survivor bring
 * the work to its end, and takes stock.
 */
export async function killRound({ script, kills, seed, onKill }: KillRoundOptions): Promise<Stock> {
  const random = new SeededRandom(seed);
  const colony = await Colony.open({
    script,
    leaseMs,
    jobMs: 80,
    replyMs: () => (random.chance(0.2) ? random.between(100, 400) : 0),
    callsBack: true,
  });
  let killed = 0;

  const breed = (): void => {
    const diesAt = pickPoint(random);
    const victim = colony.spawn(diesAt, random.chance(0.8) ? 1 : 2);
    let isOutside = false;
    const killFromOutside = (): void => {
      isOutside = true;
      victim.child.kill("SIGKILL");
    };
    let outside: NodeJS.Timeout | null = null;
    victim.isReady.then(() => {
      outside = setTimeout(killFromOutside, diesAt === null ? random.between(0, 300) : 4_000);
      for (let submits = random.between(1, 3); submits > 0; submits -= 1) colony.submitThrough(victim);
      if (diesAt === "P20") setTimeout(() => victim.ask({ type: "drain" }), random.between(0, 150));
    });
    victim.ended.then((how) => {
      if (outside !== null) clearTimeout(outside);
      if (how === "SIGKILL") {
        killed += 1;
        onKill(isOutside ? null : diesAt);
      } else colony.violations.push(`a process ended by itself: ${how}`);
    });
  };

  while (killed < kills && colony.violations.length === 0) {
    while (colony.victims.size < processes) breed();
    for (const victim of colony.victims) if (random.chance(0.2)) bother(colony, victim, random);
    await pause(50);
  }
  for (const { ended } of [...colony.victims]) await ended;

  const survivor = colony.spawn();
  await colony.answerEverything(survivor);
  const stock = await takeStock(colony, endsWithinMs);
  await colony.close();
  return stock;
}

/** `null`: at any instant. */
function pickPoint(random: SeededRandom): string | null {
  if (random.chance(0.1)) return null;
  const points = random.chance(0.7) ? namedPoints : commandPoints;
  return points[random.between(0, points.length - 1)] ?? null;
}

/** What owners do all the time. */
function bother(colony: Colony, victim: Victim, random: SeededRandom): void {
  colony.submitThrough(victim);
  const [id, ownerId] = random.pick([["none", "none"], ...colony.acknowledged]);
  if (random.chance(0.2)) victim.ask({ type: "cancel", ownerId, id });
  if (!random.chance(0.3)) return;
  colony.removed.add(id);
  victim.ask({ type: "remove", ownerId, id });
}
