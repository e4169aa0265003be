import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { medianOf } from "../frame/quantiles.ts";
import { measureClaims } from "./measure-claims.ts";
import { openBuild } from "./open-build.ts";
import { scenarios } from "./scenarios.ts";

const usage = `npx -y pnpm@12.21.0 bench:claim [--rounds N] [FOLDER...]

Measures the processor time of a claim in a database file. FOLDER: \`packages/server\` of another commit, built, to compare
with. All builds take turns in one process. BENCH_DIR sets the folder of the databases.

  --rounds  3 by default
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" }, help: { type: "boolean", default: false } },
});
const rounds = Number(values.rounds);
if (values.help || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const own = fileURLToPath(new URL("../../packages/server", import.meta.url));
const builds = await Promise.all([...positionals, own].map(openBuild));
console.log(`| processor time of a claim, µs | ${builds.map(({ name }) => name).join(" | ")} |`);
console.log(`| --- |${" ---: |".repeat(builds.length)}`);
for (const scenario of scenarios) {
  const figures = builds.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, build] of builds.entries()) {
      const figure = await measureClaims(build, scenario).catch((error: unknown) => String(error));
      if (typeof figure === "number") figures[index]?.push(figure);
      // An older build may lack the scenario.
      else console.error(`${build.name}, ${scenario.name}: ${figure}`);
    }
  const cells = figures.map((list) => (list.length === 0 ? "–" : String(Math.round(medianOf(list)))));
  console.log(`| ${scenario.name} | ${cells.join(" | ")} |`);
}
