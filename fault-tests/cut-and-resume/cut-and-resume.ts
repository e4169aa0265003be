import { fork } from "node:child_process";
import { once } from "node:events";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { pause } from "../cluster/pause.js";
import { openGround } from "../ground/open-ground.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { cutPositions, isAtRandom, planResponseCut, planStreamCut } from "./cut-plans.js";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.js";
import { OwnerSimulator } from "./owner-simulator.js";
import { PacedClock } from "./paced-clock.js";
import { Watcher } from "./watcher.js";

const sizes = { short: { owners: 8, cuts: 30 }, long: { owners: 30, cuts: 10_000 } };
const devicesPerOwner = 2;
/** Max speed of the clients' clock. A slow machine slows it down. */
const factor = 8;
/** After two streams that end early, the client polls for five minutes. A jump, at most this often, shortens them. */
const [jumpMs, jumpEveryMs] = [400_000, 8_000];
/** A backoff is at most this share of its maximum. */
const maxBackoffShare = 0.15;
/** Timeout for the generations to end; only a hang reaches it. */
const settleWithinMs = 1_200_000;
/**
 * Time of the clients in which a device reconnects and catches up. On a fast machine these are 45 seconds, less than the
 * minute after which the server itself checks.
 */
const catchUpWithinMs = 45_000 * factor;
/** Time of the clients in which a device gets a stream. */
const streamWithinMs = 120_000 * factor;
/** Timeout of one response, and of the storm: only a hang reaches it. */
const [responseTimeoutMs, stormTimeoutMs] = [300_000, 10_800_000];

/** Streams and long polls are cut at any byte, thousands of times, while the owner's generations change. */
export const cutAndResume: Proof = {
  id: "F16",
  title:
    "event streams are cut at any byte and resumed, while everything changes (streams that were cut at a random byte)",
  proves: ["I15", "I16"],
  run: playStorm,
};

async function playStorm({ scale, seed, ground: source, onProgress }: ProofRun): Promise<ProofResult> {
  const { owners, cuts } = sizes[scale];
  const ground = await openGround(source);
  const server = await startServer(ground.url);
  const randoms = new Map<string, SeededRandom>();
  const randomOf = (name: string): SeededRandom => {
    const random = randoms.get(name) ?? new SeededRandom(seed * 1_000 + randoms.size);
    randoms.set(name, random);
    return random;
  };
  const chance = new SeededRandom(seed);
  const clock = new PacedClock({
    factor,
    random: () => chance.next() * maxBackoffShare,
    roundTrip: () => requestActive(server.url),
    pause,
  });
  const ticking = clock.run();
  let proxy: CuttingProxy | null = null;
  const watchers: (readonly [Watcher, OwnerSimulator])[] = [];
  try {
    proxy = await startCuttingProxy({
      port: server.port,
      planFor: (watcher, kind) => (kind === "stream" ? planStreamCut : planResponseCut)(randomOf(watcher)),
    });
    const simulators: OwnerSimulator[] = [];
    for (let index = 0; index < owners; index += 1) {
      const owner = `owner-${index}`;
      const simulator = new OwnerSimulator({ url: server.url, owner, random: randomOf(owner) });
      simulators.push(simulator);
      for (let device = 0; device < devicesPerOwner; device += 1) {
        const name = `${owner}/${device}`;
        randomOf(name);
        watchers.push([new Watcher(name), simulator]);
        await watchers.at(-1)?.[0].follow({ url: proxy.url, owner, environment: clock.environment });
      }
    }
    for (const simulator of simulators) simulator.start();
    jumpForever(clock);
    const isBroken = (): boolean => brokenBy(watchers).length > 0;
    const violations = await storm(proxy, { cuts, onProgress, isBroken });
    const states = new Map(
      await Promise.all(
        simulators.map(async (simulator) => [simulator, await simulator.settle(settleWithinMs)] as const),
      ),
    );
    proxy.stopCutting();
    const devices = watchers.flatMap(([watcher, owner]) => {
      const state = states.get(owner);
      return state === undefined ? [] : { watcher, state };
    });
    const missing = await missingAfter({ clock, timeoutMs: catchUpWithinMs }, () =>
      devices.flatMap(({ watcher, state }) => watcher.missing(state)),
    );
    // A client that polls tries a stream again.
    const missingBalances = await missingAfter({ clock, timeoutMs: streamWithinMs }, () =>
      devices.flatMap(({ watcher, state }) => watcher.missingBalance(state)),
    );
    return {
      runs: cutAtRandom(proxy),
      faults: proxy.cuts.length,
      violations: [...violations, ...missing, ...missingBalances, ...brokenBy(watchers)],
      figures: figuresOf(proxy, watchers),
    };
  } finally {
    await Promise.all(watchers.map(([watcher]) => watcher.leave()));
    await proxy?.close();
    clock.stop();
    await server.kill();
    await ticking;
    await ground.drop();
  }
}

/** Starts the server on a database, in a process of its own. */
async function startServer(databaseUrl: string) {
  const script = await bundleScript(new URL("./resume-server.ts", import.meta.url));
  const child = fork(script.path, [databaseUrl], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  // Only our own script sends its port.
  const [port] = (await once(child, "message")) as [number];
  const kill = async (): Promise<void> => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await script.remove();
  };
  return { port, url: `http://127.0.0.1:${port}`, kill };
}

/** Waits for enough cuts, or for the first violation. */
async function storm(
  proxy: CuttingProxy,
  run: {
    readonly cuts: number;
    readonly onProgress: ProofRun["onProgress"] | undefined;
    readonly isBroken: () => boolean;
  },
): Promise<readonly string[]> {
  const until = performance.now() + stormTimeoutMs;
  for (let done = 0; done < run.cuts; await pause(50)) {
    done = cutAtRandom(proxy);
    run.onProgress?.(Math.min(done, run.cuts), run.cuts);
    if (run.isBroken()) return [];
    if (performance.now() > until)
      return [`only ${done} streams were cut at a random byte in ${stormTimeoutMs / 60_000} minutes`];
  }
  return [];
}

/** Waits until nothing is missing, or until the timeout in the time of the clients. */
async function missingAfter(
  { clock, timeoutMs }: { readonly clock: PacedClock; readonly timeoutMs: number },
  missing: () => readonly string[],
): Promise<readonly string[]> {
  for (const until = clock.elapsedMs + timeoutMs; ; await pause(1_000)) {
    const found = missing();
    if (found.length === 0 || clock.elapsedMs > until) return found;
  }
}

/** Shortens the time in which streams stay blocked. */
function jumpForever(clock: PacedClock): void {
  clock.environment.schedule(() => {
    clock.jump(jumpMs);
    jumpForever(clock);
  }, jumpEveryMs);
}

/** Reads as much as a client that polls. A failure is no reason to stop the clock: the devices have the same one. */
async function requestActive(url: string): Promise<void> {
  const headers = { authorization: "clock" };
  const signal = AbortSignal.timeout(responseTimeoutMs);
  await fetch(`${url}/api/generations/active`, { headers, signal })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
}

function brokenBy(watchers: readonly (readonly [Watcher, OwnerSimulator])[]): readonly string[] {
  return watchers.flatMap(([watcher]) => watcher.violations);
}

function cutAtRandom({ cuts }: CuttingProxy): number {
  return cuts.filter(({ kind, position }) => kind === "stream" && isAtRandom(position)).length;
}

function figuresOf(
  { cuts }: CuttingProxy,
  watchers: readonly (readonly [Watcher, OwnerSimulator])[],
): Readonly<Record<string, string>> {
  const count = (fits: (cut: CuttingProxy["cuts"][number]) => boolean): string =>
    cuts.filter(fits).length.toLocaleString("en-US");
  const positions = cutPositions.map(
    (position) => `${position} ${count((cut) => cut.kind === "stream" && cut.position === position)}`,
  );
  return {
    "streams cut": positions.join(", "),
    "long polls cut": count(({ kind }) => kind === "long poll"),
    "other requests cut": count(({ kind }) => kind === "request"),
    "changes received": watchers.reduce((sum, [{ received }]) => sum + received, 0).toLocaleString("en-US"),
  };
}
