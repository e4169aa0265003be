import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions, toWhole } from "../parse-options.js";
import { type ClipServer, startClipServer } from "./clip-server.js";
import { type CopyWorld, checkCopy, openCopyWorld, peakMemoryOf } from "./copy-clips.js";
import { playClip } from "./play-clip.js";

const usage = `npx -y pnpm@12.21.0 prove:clip [--megabytes 200]

Copies a clip from a vendor in a worker's process. Measures its memory, plays the copy in Chromium, and repeats the copy with a
SIGKILL at each crash point. Prints a line for each run; exits with 1 after a violation. Linux only.
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

/** Copies a small clip and the large one, each in a process of its own, and plays the large one. */
async function copyAndPlay({ clips, megabytes, world }: Run): Promise<readonly string[]> {
  const peaks: number[] = [];
  const violations: string[] = [];
  let id = "";
  for (const size of [smallMegabytes, megabytes]) {
    id = await world.submit();
    const worker = world.start(clips.urlOf(size));
    const end = await world.finish(id, worker);
    if (end !== "completed") return [`a copy of ${size} MiB ended as ${end}`];
    peaks.push(await peakMemoryOf(worker));
    await worker.kill();
  }
  const [small = 0, large = 0] = peaks;
  console.log(
    `A copy of ${megabytes} MiB took ${((large - small) / mebibyte).toFixed(1)} MiB more memory than one of ${smallMegabytes} MiB.`,
  );
  if (large - small > maxGrownBytes) violations.push(`a copy grew the memory by ${large - small} bytes`);
  violations.push(...(await checkCopy(world, { id, clip: clips.factsOf(megabytes) })));
  const played = await playClip(world, id);
  console.log(played === null ? "no Chromium was found" : `Chromium has sought and played: ${JSON.stringify(played)}`);
  if (played !== null && played.soughtTo !== 2.5) violations.push("the clip cannot be sought");
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

const values = parseOptions(process.argv.slice(2), { megabytes: { type: "string" }, help: { type: "boolean" } });
const megabytes = typeof values === "string" ? null : toWhole(values.megabytes ?? "200", 1);
if (typeof values === "string" || values.help === true || megabytes === null) {
  console.error(typeof values === "string" ? values : usage);
  process.exitCode = 2;
} else {
  // On a disk: the clips of all runs are too large for a file system in memory.
  const folder = await mkdtemp(join(tmpdir(), "safelight-clip-"));
  const clips = await startClipServer();
  const inWorld = async (name: string, play: (run: Run) => Promise<readonly string[]>): Promise<void> => {
    const world = await openCopyWorld(join(folder, name));
    try {
      const violations = await play({ world, clips, megabytes });
      console.log(`${name}: ${violations.length === 0 ? "passed" : violations.join("; ")}`);
      if (violations.length > 0) process.exitCode = 1;
    } finally {
      await world.close();
      await rm(join(folder, name), { recursive: true, force: true });
    }
  };
  try {
    await inWorld("copy", copyAndPlay);
    for (const point of points) await inWorld(point, (run) => killAt(point, run));
  } finally {
    await clips.close();
    await rm(folder, { recursive: true, force: true });
  }
}
