import { flagsOf, toOperatorDetail } from "../admin/operator-detail.js";
import { timelineOf } from "../admin/pages/timeline-of.js";
import { statusOf } from "../generation/generation-state.js";
import type { GenerationDetail } from "../ports/store/operator-store.js";
import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { toTextTable } from "./text-table.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

/** Shows one generation. */
export const showCommand: Command = {
  synopsis: ["show <url> <id> [--json]"],
  help: `Shows one generation: its state, credits, timeline, attempts, ledger entries and the actions of operators. Read-only.
Prompts, vendors' messages and storage keys stay hidden.

  --json  { status, generation, summary, attempts, entries, actions, now }`,
  failure: "Could not show the generation",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, databaseOptions);
    const [url, id, ...more] = positionals;
    if (id === undefined || more.length > 0)
      throw new UsageError("Pass the URL of a database and the id of a generation.");
    const database = parseDatabase(url === undefined ? [] : [url], values);
    return withDatabase({ ...database, isReadonly: true, context }, async (store, label) => {
      const detail = await store.getDetail({ id });
      if (detail === null) throw new Error(`No generation ${id} in ${label}.`);
      const output = values.json ? `${JSON.stringify(toJson(detail))}\n` : toText(detail);
      return { exitCode: 0, output, errors: "" };
    });
  },
};

function toJson(detail: GenerationDetail) {
  return { status: statusIn(detail), ...toOperatorDetail(detail, { areVendorDetailsShown: false }) };
}

function statusIn({ generation: { startedAt, state } }: GenerationDetail) {
  return statusOf(state, startedAt);
}

function toText(detail: GenerationDetail): string {
  const { entries, generation, summary } = detail;
  const failure = generation.failureCode === null ? "" : `, ${generation.failureCode}`;
  const facts = toTextTable([
    ["id", generation.id],
    ["status", `${statusIn(detail)} (${generation.state}${failure})`],
    ["model", generation.model],
    ["owner", generation.ownerId],
    ...(generation.teamId === null ? [] : [["team", generation.teamId]]),
    ["account", summary.accountId],
    ["credits", `${generation.credits}, refunded ${generation.refundedCredits}`],
    ["attempts", `${generation.attempts} of ${generation.maxAttempts}`],
    ["outputs", generation.outputs.length],
    ...flagsOf(generation).map(({ flags, index }) => [`flags of output ${index}`, flags.join(", ")]),
    ["deadline", time(generation.deadlineAt)],
  ]);
  const events = timelineOf(detail).map(({ at, text }) => [time(at), text]);
  const ledger = entries.map(({ amount, createdAt, kind, reason }) => [time(createdAt), kind, amount, reason ?? ""]);
  return [facts, toTextTable(events), ...(ledger.length === 0 ? [] : [toTextTable(ledger)])].join("\n");
}

function time(at: number): string {
  return new Date(at).toISOString();
}
