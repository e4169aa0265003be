import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type BundledScript, bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { World } from "../acts/world.js";
import { pause } from "../cluster/pause.js";
import { openGround } from "../ground/open-ground.js";
import type { ProvingGround } from "../ground/proving-ground.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { ChangeWatcher } from "./change-watcher.js";
import type { StormProcessOptions, StormReport, StormRound } from "./storm-process.js";

/** Short rounds: a change that a watcher misses is hidden by the next one of its generation. */
const sizes = { short: { rounds: 15, calls: 150 }, long: { rounds: 600, calls: 300 } };
const processes = 3;
const clients = 5;
const watchersPerOwner = 3;
const watchEveryMs = 1;
const breakEveryMs = 100;

/** Everything at once on few owners and accounts. */
export const storm: Proof = {
  id: "F23",
  title: "all commands at once on six owners, from three processes, while watchers read every change (calls)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I12", "I15", "I16", "I17"],
  run: playStorm,
};

async function playStorm({ scale, seed, ground: source, replaced, onProgress }: ProofRun): Promise<ProofResult> {
  const { calls, rounds } = sizes[scale];
  const ground = await openGround(source);
  const script = await bundleScript(new URL("./storm-process.ts", import.meta.url), { ...(replaced && { replaced }) });
  const store = ground.open();
  await store.migrate();
  const children = await Promise.all(
    Array.from({ length: processes }, (_, node) => start(script, { ground, node: node + 1, seed: seed + 100 * node })),
  );
  const watchers = new World(store, { unitMs: 1 }).owners.flatMap((ownerId) =>
    Array.from({ length: watchersPerOwner }, () => new ChangeWatcher(store, ownerId)),
  );
  const violations: string[] = [];
  let broken = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      let isOver = false;
      const watching = watchers.map(async (watcher) => {
        for (; !isOver; await pause(watchEveryMs)) await watcher.catchUp();
      });
      const breaking = (async () => {
        for (; !isOver; await pause(breakEveryMs)) if (await ground.breakConnection()) broken += 1;
      })();
      const reports = await Promise.all(children.map((child) => play(child, { calls: calls / processes })));
      isOver = true;
      await Promise.all([...watching, breaking]);
      for (const watcher of watchers) await watcher.compare();
      for (const { check, subject, detail } of await store.audit())
        violations.push(`after round ${round + 1}: ${check}: ${subject} (${detail})`);
      violations.push(...reports.flatMap(({ failures }) => failures));
      onProgress?.(round + 1, rounds);
    }
  } finally {
    for (const child of children) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await store.close();
    await ground.drop();
    await script.remove();
  }
  const sum = (of: "reads" | "restarts") => watchers.reduce((total, watcher) => total + watcher[of], 0);
  return {
    runs: rounds * calls,
    faults: broken,
    violations: [...violations, ...watchers.flatMap((watcher) => watcher.violations)],
    figures: {
      "reads of watchers": sum("reads").toLocaleString("en-US"),
      "restarted watches": sum("restarts").toLocaleString("en-US"),
    },
  };
}

async function start(
  script: BundledScript,
  { ground, ...options }: Pick<StormProcessOptions, "node" | "seed"> & { readonly ground: ProvingGround },
): Promise<ChildProcess> {
  const given: StormProcessOptions = { ...options, databaseUrl: ground.url, clients };
  const child = fork(script.path, [JSON.stringify(given)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  return child;
}

/** @throws {Error} if the process exits. */
function play(child: ChildProcess, round: StormRound): Promise<StormReport> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null, signal: string | null): void =>
      reject(new Error(`A process exited with ${signal ?? code}.`));
    child.once("exit", fail);
    child.once("message", (report: StormReport) => {
      child.off("exit", fail);
      resolve(report);
    });
    child.send(round);
  });
}
