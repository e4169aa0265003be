import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions, toWhole } from "../parse-options.js";
import { startClipServer } from "./clip-server.js";
import { checkCopy, openCopyWorld } from "./copy-clips.js";
import { proveDemoHistory } from "./demo-history.js";
import { type CopyRun, measureCopies } from "./measure-copies.js";
import { proveTransfers } from "./transfer-clips.js";

const usage = `npx -y pnpm@12.21.0 prove:clip [--megabytes 200] [--only demo]

Copies a clip from a vendor in a worker's process. Measures its memory, and repeats the copy with a SIGKILL at each crash point.
Measures a host that receives the clip as an upload, and one that serves it. Then submits the clip on the page of the demo, kills its
process in the middle of the copy, and plays and seeks the clip in its History in Chromium. Prints a line
for each run; exits with 1 after a violation. Linux only.

  --only NAMES  some of the runs: copy, a crash point, transfers, demo
`;

/** The crash points after the vendor has made the clip. */
const points = ["P7", "P8", "P9", "P21", "P12", "P13", "P15", "P18"];
const maxGrownBytes = 40 * 1_048_576;

/** Kills a worker at a crash point. Another one must complete the same generation. */
async function killAt(point: string, { clips, mebibytes, world }: CopyRun): Promise<readonly string[]> {
  const url = clips.urlOf(mebibytes);
  const id = await world.submit();
  const how = await world.start(url, point).ended;
  if (how !== "SIGKILL") return [`the process ended with ${how}`];
  const next = world.start(url);
  const end = await world.finish(id, next);
  await next.kill();
  if (end !== "completed") return [`it ended as ${end}`];
  return checkCopy(world, { id, clip: clips.factsOf(mebibytes) });
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
    // An error, such as a copy that failed, must not hide the other runs.
    const violations = await run().catch((error: unknown) => [String(error)]);
    console.log(`${name}: ${violations.length === 0 ? "passed" : violations.join("; ")}`);
    if (violations.length > 0) process.exitCode = 1;
    await rm(join(folder, name), { recursive: true, force: true });
  };
  const inWorld = (name: string, play: (run: CopyRun) => Promise<readonly string[]>): Promise<void> =>
    prove(name, async () => {
      const world = await openCopyWorld(join(folder, name));
      try {
        return await play({ world, clips, mebibytes: megabytes, maxGrownBytes });
      } finally {
        await world.close();
      }
    });
  try {
    await inWorld("copy", measureCopies);
    for (const point of points) await inWorld(point, (run) => killAt(point, run));
    await prove("transfers", () => proveTransfers({ folder: join(folder, "transfers"), mebibytes: megabytes }));
    await prove("demo", () => proveDemoHistory({ folder: join(folder, "demo"), mebibytes: megabytes, maxGrownBytes }));
  } finally {
    await clips.close();
    await rm(folder, { recursive: true, force: true });
  }
}
