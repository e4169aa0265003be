import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTerminalState } from "../../src/lib/generation/generation-state.js";
import type { Store } from "../../src/lib/ports/store.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { Scenario } from "../../src/lib/testing/store-contract/scenario.js";
import { startVendorServer } from "./vendor-server.js";
import type { VictimOptions } from "./victim.js";

/** What a run is made of. */
export interface KillOptions {
  /** The bundled `victim.ts`. */
  readonly victim: string;
  readonly kills: number;
  readonly seed: number;
  readonly onProgress?: (kills: number) => void;
}

/** What a run found. `violations` is empty when every promise held. */
export interface KillReport {
  readonly kills: number;
  readonly killsByPoint: Readonly<Record<string, number>>;
  /** Processes that were stopped for longer than their leases and went on as if nothing had happened. */
  readonly zombies: number;
  readonly acknowledged: number;
  readonly completed: number;
  readonly violations: readonly string[];
  readonly elapsedMs: number;
}

/** `null`: killed from outside at a random instant. */
const points = ["P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P12", "P13", "P15", "P16", null] as const;
const processes = 3;
const leaseMs = 1_000;
const jobMs = 150;
/** How long the survivors may take to bring everything to its end. */
const endsWithinMs = 120_000;

/**
 * Kills real processes with SIGKILL while they submit and advance generations on one database file, then lets the work
 * come to its end and checks the promises. The vendor's count and the log of what was acknowledged live in this process.
 */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const startedAt = performance.now();
  const random = new SeededRandom(options.seed);
  const folder = await mkdtemp(join(tmpdir(), "safelight-kills-"));
  const databaseUrl = `file:${join(folder, "test.db")}`;
  const vendor = await startVendorServer({ jobMs });
  const store = libsqlStore({ url: databaseUrl });
  await store.migrate();
  const scenario = new Scenario(store);
  const acknowledged = new Set<string>();
  const killsByPoint: Record<string, number> = {};
  const victims = new Set<ChildProcess>();
  const violations: string[] = [];
  let kills = 0;
  let zombies = 0;

  /** Stops a process (SIGSTOP) for three leases, then lets it go on. */
  const stopForLong = (child: ChildProcess) => {
    if (!child.kill("SIGSTOP")) return;
    zombies += 1;
    setTimeout(() => child.kill("SIGCONT"), 3 * leaseMs);
  };

  const spawn = (mortal: boolean): ChildProcess => {
    const diesAt = mortal ? random.pick(points) : null;
    const given: VictimOptions = {
      databaseUrl,
      storageFolder: join(folder, "storage"),
      vendorUrl: vendor.url,
      leaseMs,
      diesAt,
      diesAtPass: random.between(1, 3),
    };
    const child = fork(options.victim, [JSON.stringify(given)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    victims.add(child);
    child.on("message", (message) => {
      if (typeof message !== "object" || message === null || !("id" in message)) return;
      if ("type" in message && message.type === "accepted") acknowledged.add(String(message.id));
    });
    // Who waits for a point that never comes is killed in the end.
    const isZombie = mortal && random.chance(0.15);
    if (isZombie) setTimeout(() => stopForLong(child), random.between(50, 400));
    const latestMs = (isZombie ? 4 * leaseMs : 0) + random.between(50, diesAt === null ? 600 : 1_500);
    const outside = mortal ? setTimeout(() => child.kill("SIGKILL"), latestMs) : null;
    child.on("exit", (code, signal) => {
      victims.delete(child);
      if (outside !== null) clearTimeout(outside);
      if (signal !== "SIGKILL") violations.push(`a process ended by itself with ${code ?? signal}`);
      if (!mortal || signal !== "SIGKILL") return;
      kills += 1;
      const point = diesAt ?? "any instant";
      killsByPoint[point] = (killsByPoint[point] ?? 0) + 1;
      options.onProgress?.(kills);
    });
    return child;
  };

  while (kills < options.kills && violations.length === 0) {
    while (victims.size < processes) spawn(true);
    for (const victim of victims) {
      const command = scenario.command({ ownerId: random.pick(["ada", "bob", "cyd"]), initialGrant: 1_000_000 });
      if (random.chance(0.5) && victim.connected) victim.send(command, () => {});
    }
    await pause(40);
  }
  for (const victim of victims) await end(victim);

  spawn(false);
  const isDone = await waitUntilDone(store);
  for (const victim of victims) await end(victim);

  if (!isDone) violations.push("not everything came to its end in time");
  let completed = 0;
  for (const id of acknowledged) {
    const owner = ["ada", "bob", "cyd"];
    const found = await Promise.all(owner.map((ownerId) => store.get({ ownerId, id })));
    const generation = found.find((candidate) => candidate !== null);
    if (generation === undefined) violations.push(`${id} was acknowledged and is lost`);
    else if (!isTerminalState(generation.state)) violations.push(`${id} is still ${generation.state}`);
    else if (generation.state === "completed") completed += 1;
    const paid = vendor.paidFor(id);
    if (paid > 1) violations.push(`${id} was paid for ${paid} times`);
  }
  if (vendor.repeatedRequests() > 0) violations.push(`${vendor.repeatedRequests()} requests were sent again`);
  for (const { check, subject, detail } of await store.audit()) violations.push(`${check}: ${subject} (${detail})`);
  await store.close();
  await vendor.close();
  await rm(folder, { recursive: true, force: true });
  const elapsedMs = Math.round(performance.now() - startedAt);
  return { kills, killsByPoint, zombies, acknowledged: acknowledged.size, completed, violations, elapsedMs };
}

async function waitUntilDone(store: Store): Promise<boolean> {
  for (const start = performance.now(); performance.now() - start < endsWithinMs; await pause(100)) {
    if ((await store.nextDueInMs({ models: ["demo"], topics: [] })) === null) return true;
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
