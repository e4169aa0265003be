import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions, toWhole } from "../parse-options.js";
import { type ClipServer, startClipServer } from "./clip-server.js";
import { type CopyWorld, checkCopy, openCopyWorld } from "./copy-clips.js";
import { proveDemoHistory } from "./demo-history.js";
import { readMemory } from "./process-memory.js";

const usage = `npx -y pnpm@12.21.0 prove:clip [--megabytes 200] [--only demo]

Copies a clip from a vendor in a worker's process. Measures its memory, and repeats the copy with a SIGKILL at each crash point.
Then submits it on the page of the demo, kills its process in the middle of the copy, and plays and seeks the clip in its History
in Chromium. Prints a line for each run; exits with 1 after a violation. Linux only.

  --only NAMES  some of the runs: copy, a crash point, demo
`;

/** The crash points after the vendor has made the clip. */
const points = ["P7", "P8", "P9", "P21", "P12", "P13", "P15", "P18"];
const smallMegabytes = 2;
const mebibyte = 1_048_576;
const maxGrownBytes = 40 * mebibyte;

interface Run {
  readonly world: CopyWorld;
  readonly clips: ClipServer;
  readonly megabytes: number;
}

/** Copies a small clip and the large one, each in a process of its own. */
async function copyBoth({ clips, megabytes, world }: Run): Promise<readonly string[]> {
  const peaks: number[] = [];
  const violations: string[] = [];
  let id = "";
  for (const size of [smallMegabytes, megabytes]) {
    id = await world.submit();
    const worker = world.start(clips.urlOf(size));
    const end = await world.finish(id, worker);
    if (end !== "completed") return [`a copy of ${size} MiB ended as ${end}`];
    peaks.push((await readMemory(worker.pid)).peak);
    await worker.kill();
  }
  const [small = 0, large = 0] = peaks;
  console.log(
    `A copy of ${megabytes} MiB took ${((large - small) / mebibyte).toFixed(1)} MiB more memory than one of ${smallMegabytes} MiB.`,
  );
  if (large - small > maxGrownBytes) violations.push(`a copy grew the memory by ${large - small} bytes`);
  violations.push(...(await checkCopy(world, { id, clip: clips.factsOf(megabytes) })));
  return violations;
}

/** Kills a worker at a crash point. Another one must complete the same generation. */
async function killAt(point: string, { clips, megabytes, world }: Run): Promise<readonly string[]> {
  const url = clips.urlOf(megabytes);
  const id = await world.submit();
  const how = await world.start(url, point).ended;
  if (how !== "SIGKILL") return [`the process ended with ${how}`];
  const next = world.start(url);
  const end = await world.finish(id, next);
  await next.kill();
  if (end !== "completed") return [`it ended as ${end}`];
  return checkCopy(world, { id, clip: clips.factsOf(megabytes) });
}

const values = parseOptions(process.argv.slice(2), {
  megabytes: { type: "string" },
  only: { type: "string" },
  help: { type: "boolean" },
});
const megabytes = typeof values === "string" ? null : toWhole(values.megabytes ?? "200", 1);
if (typeof values === "string" || values.help === true || megabytes === null) {
  console.error(typeof values === "string" ? values : usage);
  process.exitCode = 2;
} else {
  const only = values.only?.split(",");
  // On a disk: the clips of all runs are too large for a file system in memory.
  const folder = await mkdtemp(join(tmpdir(), "safelight-clip-"));
  const clips = await startClipServer();
  const prove = async (name: string, run: () => Promise<readonly string[]>): Promise<void> => {
    if (only !== undefined && !only.includes(name)) return;
    const violations = await run();
    console.log(`${name}: ${violations.length === 0 ? "passed" : violations.join("; ")}`);
    if (violations.length > 0) process.exitCode = 1;
    await rm(join(folder, name), { recursive: true, force: true });
  };
  const inWorld = (name: string, play: (run: Run) => Promise<readonly string[]>): Promise<void> =>
    prove(name, async () => {
      const world = await openCopyWorld(join(folder, name));
      try {
        return await play({ world, clips, megabytes });
      } finally {
        await world.close();
      }
    });
  try {
    await inWorld("copy", copyBoth);
    for (const point of points) await inWorld(point, (run) => killAt(point, run));
    await prove("demo", () => proveDemoHistory({ folder: join(folder, "demo"), mebibytes: megabytes, maxGrownBytes }));
  } finally {
    await clips.close();
    await rm(folder, { recursive: true, force: true });
  }
}
