import { putBetweenMarks } from "../../scripts/page-marks.ts";
import { parseOptions } from "../parse-options.js";
import { measureClients } from "./measure-clients.js";

const usage = `npx -y pnpm@12.21.0 prove:clients [--markdown FILE]

Counts the paid requests that the vendors' own clients send for one image under each fault. Takes seconds.

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
  if (markdown !== undefined) await putBetweenMarks(markdown, { name: "clients", text: table });
  // A client may still have timers or sockets open.
  process.exit(0);
}
