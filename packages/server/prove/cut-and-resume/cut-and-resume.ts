import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { bundleScript } from "../bundle-script.js";
import { pause } from "../colony/pause.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";
import { BusyOwner } from "./busy-owner.js";
import { cutPlaces, isAtRandom, planAnswerCut, planStreamCut } from "./cut-plans.js";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.js";
import { quickEnvironment } from "./quick-environment.js";
import { type Truth, Watcher } from "./watcher.js";

const sizes = { short: { owners: 12, cuts: 100 }, long: { owners: 30, cuts: 10_000 } };
const devicesPerOwner = 2;
/** Client time against ours: the client waits five seconds for the first event of a stream, and a busy machine needs some. */
const factor = 8;
/** A client that saw two streams end early asks instead for five minutes: they pass here in a second. */
const [leapMs, leapEveryMs] = [400_000, 1_000];
/** A pause after a failure is at most this part of the longest it may be. */
const longestPause = 0.15;
/** Nothing of this takes so long where nothing hangs. */
const patienceMs = 30_000;
/** Long enough for a device to come back, and shorter than the beat at which the server looks by itself. */
const tellMs = 10_000;
/** For cuts of the storm, all of them: a quarter of an hour. */
const stormMs = 900_000;

/** Streams and held questions are cut at any byte, thousands of times, while what they tell of changes. */
export const cutAndResume: Proof = {
  id: "F16",
  title:
    "event streams are cut at any byte and gone on from, while everything changes (streams that were cut at a random byte)",
  proves: ["I15", "I16"],
  run: playStorm,
};

async function playStorm({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const { owners, cuts } = sizes[scale];
  const folder = await scratchFolder();
  const script = await bundleScript(new URL("./resume-server.ts", import.meta.url));
  const child = fork(script.path, [pathToFileURL(join(folder, "test.db")).href], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const randoms = new Map<string, SeededRandom>();
  const randomOf = (name: string): SeededRandom => {
    const random = randoms.get(name) ?? new SeededRandom(seed * 1_000 + randoms.size);
    randoms.set(name, random);
    return random;
  };
  let proxy: CuttingProxy | null = null;
  const watchers: (readonly [Watcher, BusyOwner])[] = [];
  try {
    // Only our own script tells its port.
    const [port] = (await once(child, "message")) as [number];
    proxy = await startCuttingProxy({
      port,
      planFor: (watcher, kind) => (kind === "stream" ? planStreamCut : planAnswerCut)(randomOf(watcher)),
    });
    const chance = new SeededRandom(seed);
    const environment = quickEnvironment({ factor, random: () => chance.next() * longestPause });
    const busy: BusyOwner[] = [];
    for (let index = 0; index < owners; index += 1) {
      const owner = `owner-${index}`;
      const one = new BusyOwner({ url: `http://127.0.0.1:${port}`, owner, random: randomOf(owner) });
      busy.push(one);
      for (let device = 0; device < devicesPerOwner; device += 1) {
        const name = `${owner}/${device}`;
        randomOf(name);
        watchers.push([new Watcher(name), one]);
        await watchers.at(-1)?.[0].follow({ url: proxy.url, owner, environment });
      }
    }
    for (const one of busy) one.start();
    const leaps = setInterval(() => environment.leap(leapMs), leapEveryMs);
    const isBroken = (): boolean => brokenBy(watchers).length > 0;
    const violations = await storm(proxy, { cuts, onProgress, isBroken }).finally(() => clearInterval(leaps));
    const truths = new Map(await Promise.all(busy.map(async (one) => [one, await one.settle(patienceMs)] as const)));
    proxy.calm();
    // Who asked instead for a while tries a stream again, which tells the balance.
    environment.leap(leapMs);
    return {
      runs: cutAtRandom(proxy),
      faults: proxy.cuts.length,
      violations: [...violations, ...(await missingIn(watchers, truths)), ...brokenBy(watchers)],
      figures: figuresOf(proxy, watchers),
    };
  } finally {
    await Promise.all(watchers.map(([watcher]) => watcher.leave()));
    await proxy?.close();
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await script.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until enough was cut, or something has broken. */
async function storm(
  proxy: CuttingProxy,
  run: {
    readonly cuts: number;
    readonly onProgress: ProofRun["onProgress"] | undefined;
    readonly isBroken: () => boolean;
  },
): Promise<readonly string[]> {
  const until = performance.now() + stormMs;
  for (let done = 0; done < run.cuts; await pause(50)) {
    done = cutAtRandom(proxy);
    run.onProgress?.(Math.min(done, run.cuts), run.cuts);
    if (run.isBroken()) return [];
    if (performance.now() > until)
      return [`only ${done} streams were cut at a random byte in ${stormMs / 60_000} minutes`];
  }
  return [];
}

/** Waits until everybody was told everything, for as long as that may take. */
async function missingIn(
  watchers: readonly (readonly [Watcher, BusyOwner])[],
  truths: ReadonlyMap<BusyOwner, Truth>,
): Promise<readonly string[]> {
  for (const until = performance.now() + tellMs; ; await pause(50)) {
    const missing = watchers.flatMap(([watcher, owner]) => {
      const truth = truths.get(owner);
      return truth === undefined ? [] : watcher.missing(truth);
    });
    if (missing.length === 0 || performance.now() > until) return missing;
  }
}

function brokenBy(watchers: readonly (readonly [Watcher, BusyOwner])[]): readonly string[] {
  return watchers.flatMap(([watcher]) => watcher.violations);
}

function cutAtRandom({ cuts }: CuttingProxy): number {
  return cuts.filter(({ kind, place }) => kind === "stream" && isAtRandom(place)).length;
}

function figuresOf(
  { cuts }: CuttingProxy,
  watchers: readonly (readonly [Watcher, BusyOwner])[],
): Readonly<Record<string, string>> {
  const count = (fits: (cut: CuttingProxy["cuts"][number]) => boolean): string =>
    cuts.filter(fits).length.toLocaleString("en-US");
  const places = cutPlaces.map((place) => `${place} ${count((cut) => cut.kind === "stream" && cut.place === place)}`);
  return {
    "streams cut": places.join(", "),
    "held questions cut": count(({ kind }) => kind === "held question"),
    "other questions cut": count(({ kind }) => kind === "question"),
    "changes told": watchers.reduce((sum, [{ told }]) => sum + told, 0).toLocaleString("en-US"),
  };
}
