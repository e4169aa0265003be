import { readFile, writeFile } from "node:fs/promises";
import { parseOptions } from "../parse-options.js";
import { withTable } from "../report.js";
import { measureClients } from "./measure-clients.js";

const usage = `npx -y pnpm@12.21.0 prove:clients [--markdown FILE]

Counts how many paid requests the vendors' own clients send for one picture where something goes wrong, in seconds.

  --markdown   also writes the table into this file, between its marks
`;

const options = parseOptions(process.argv.slice(2), { markdown: { type: "string" }, help: { type: "boolean" } });
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else if (options.help === true) console.log(usage);
else {
  const table = await measureClients();
  console.log(table);
  const { markdown } = options;
  if (markdown !== undefined) await writeFile(markdown, withTable(await readFile(markdown, "utf8"), table, "clients"));
  // A client that still waits for something must not keep this process.
  process.exit(0);
}
