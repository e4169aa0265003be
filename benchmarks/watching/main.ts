import { parseArgs } from "node:util";
import { describeMachine } from "../frame/machine.ts";
import { delivery } from "./delivery.ts";
import { type BenchSize, benchSizes, type Figure } from "./figure.ts";
import { openStreams } from "./open-streams.ts";
import { stalledReaders } from "./stalled-readers.ts";

const usage = `npx -y pnpm@12.21.0 bench:watching [--short] [--only streams,stalled,delivery]

Measures the cost of watching and the delay of events, in about ten minutes on two free cores. Each open stream needs
a file in the server and one in its reader: \`ulimit -n 20000\` is enough.

  --short   a few streams, in about three minutes: checks that everything works, without verdicts on the targets
  --only    only these measurements
`;

const measurements: Readonly<Record<string, (size: BenchSize) => Promise<readonly Figure[]>>> = {
  streams: openStreams,
  stalled: stalledReaders,
  delivery,
};

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await measure(values.short ? "short" : "full", values.only?.split(",") ?? Object.keys(measurements));

async function measure(size: "full" | "short", wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => measurements[name] === undefined);
  if (unknown.length > 0) {
    console.error(`--only: unknown measurement ${unknown.join(", ")}. Use: ${Object.keys(measurements).join(", ")}.`);
    process.exit(2);
  }
  const figures: Figure[] = [];
  for (const name of wanted) {
    console.error(`measuring ${name} …`);
    figures.push(...((await measurements[name]?.(benchSizes[size])) ?? []));
  }
  console.log(`\n${toMarkdown(figures, size)}\n`);
  const isMissed = figures.some(({ isMet }) => isMet === false);
  // The short size has no verdict. `exit` ends timers and sockets that are still open.
  process.exit(size === "full" && isMissed ? 1 : 0);
}

function toMarkdown(figures: readonly Figure[], size: string): string {
  const command = ["pnpm bench:watching", ...process.argv.slice(2)].join(" ");
  return [
    `\`${command}\` (${size}), ${new Date().toISOString().slice(0, 10)}, ${describeMachine()}:`,
    "",
    "| what | measured | target | |",
    "| --- | ---: | ---: | --- |",
    ...figures.map(({ what, measured, goal, isMet }) => `| ${what} | ${measured} | ${goal} | ${verdictOf(isMet)} |`),
  ].join("\n");
}

function verdictOf(isMet: boolean | null): string {
  if (isMet === null) return "";
  return isMet ? "met" : "missed";
}
