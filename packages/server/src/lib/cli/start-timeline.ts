import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

/** Starts a new timeline. */
export const restoredCommand: Command = {
  synopsis: ["restored <url> [--json]"],
  help: `Starts a new timeline in a database that was restored from a backup: open pages load everything again.

  --json  { timeline }`,
  failure: "Could not start a new timeline",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, databaseOptions);
    const database = parseDatabase(positionals, values);
    return withDatabase({ ...database, isReadonly: false, context }, async (store, label) => {
      const timeline = await store.startTimeline();
      const text = `${label} has the new timeline ${timeline}. Open pages load everything again.\n`;
      return { exitCode: 0, output: values.json ? `${JSON.stringify({ timeline })}\n` : text, errors: "" };
    });
  },
};
