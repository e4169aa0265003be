import type { CostRecord } from "../ports/store/credits-store.js";
import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { toTextTable } from "./text-table.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

/** Sums the vendors' charges. */
export const costsCommand: Command = {
  synopsis: ["costs <url> [--from 2026-11-01] [--to 2026-12-01] [--json]"],
  help: `Sums the vendors' charges by model, vendor and unit, with the credits that were kept. Read-only.

  --from  the first day, by the submit time of a generation; may have a time, in UTC
  --to    the day after the last; may have a time, in UTC
  --json  a list of { model, providerId, unit, attempts, amount, credits }`,
  failure: "Could not read the ledger",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      from: { type: "string", default: "1970-01-01" },
      to: { type: "string", default: "9999-12-31" },
    });
    const [from, to] = [Date.parse(values.from), Date.parse(values.to)];
    if (Number.isNaN(from) || Number.isNaN(to)) {
      throw new UsageError("--from and --to must be days such as 2026-11-01.");
    }
    return withDatabase({ ...parseDatabase(positionals, values), isReadonly: true, context }, async (store) => {
      const costs = await store.readCosts({ from, to });
      return { exitCode: 0, output: values.json ? `${JSON.stringify(costs)}\n` : toTable(costs), errors: "" };
    });
  },
};

function toTable(costs: readonly CostRecord[]): string {
  if (costs.length === 0) return "No vendor was called in this period.\n";
  const rows = costs.map(({ model, providerId, unit, attempts, amount, credits }) =>
    unit === null
      ? [model, providerId, attempts, "-", "not reported", credits]
      : [model, providerId, attempts, amount, unit, credits],
  );
  return toTextTable([["model", "vendor", "attempts", "charged", "unit", "credits kept"], ...rows]);
}
