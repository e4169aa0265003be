import { toTime } from "../admin/to-time.js";
import { statusOf } from "../generation/generation-state.js";
import { statesOfStatus } from "../generation/states-of-status.js";
import type { GenerationSummary } from "../ports/store/operator-counts.js";
import type { FindGenerationsQuery, OperatorStore } from "../ports/store/operator-store.js";
import type { Command } from "./command.js";
import { parseArguments, parseWhole } from "./parse-arguments.js";
import { toTextTable } from "./text-table.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

type Filter = Omit<FindGenerationsQuery, "before" | "limit" | "scanLimit">;

/** Rows that one read examines. */
const scanLimit = 5_000;

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Lists generations. */
export const listCommand: Command = {
  synopsis: [
    "ls <url> [--status failed] [--model M] [--owner O] [--failure CODE] [--since 24h] [--stuck] [--limit 50] [--before ID] [--json]",
  ],
  help: `Lists generations, newest first, without prompts and images. Read-only.

  --status   pending, processing, completed, failed or canceled
  --failure  a failure code, such as provider_unavailable
  --since    a time span, such as 30m, 24h or 7d, or a day such as 2026-11-01; by the submit time
  --stuck    only those past their deadline, reconciling, unclaimed for a minute, storing for five, or with three expired leases
  --limit    max number; 50 without it
  --before   continues after this generation: "next" of the previous list
  --json     { generations, next }; next is null at the end`,
  failure: "Could not list the generations",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      status: { type: "string" },
      model: { type: "string" },
      owner: { type: "string" },
      failure: { type: "string" },
      since: { type: "string" },
      stuck: { type: "boolean", default: false },
      limit: { type: "string", default: "50" },
      before: { type: "string" },
    });
    const database = parseDatabase(positionals, values);
    const { before = null, failure = null, json, model = null, owner = null, since, status, stuck } = values;
    const limit = parseWhole(values.limit, { name: "--limit", min: 1, max: 10_000 });
    const filter: Filter = {
      ...toStates(status),
      isStuck: stuck,
      slowerThan: null,
      models: model === null ? null : [model],
      providerIds: null,
      failureCodes: failure === null ? null : [failure],
      ownerId: owner,
      accountId: null,
      from: since === undefined ? null : parseSince(since, context.now?.() ?? Date.now()),
      to: null,
    };
    return withDatabase({ ...database, isReadonly: true, context }, async (store) => {
      const found = await list(store, { filter, before, limit });
      return { exitCode: 0, output: json ? `${JSON.stringify(found)}\n` : toText(found), errors: "" };
    });
  },
};

interface Found {
  readonly generations: readonly (GenerationSummary & { readonly status: string })[];
  /** Id after which the list continues; `null` at the end. */
  readonly next: string | null;
}

/** Reads pages until the list is full: a filter may match none of the rows that one read examines. */
async function list(
  store: OperatorStore,
  query: { readonly filter: Filter; readonly before: string | null; readonly limit: number },
): Promise<Found> {
  const generations: GenerationSummary[] = [];
  let { before } = query;
  do {
    const limit = Math.min(query.limit - generations.length, 500);
    const page = await store.findGenerations({ ...query.filter, before, limit, scanLimit });
    generations.push(...page.generations);
    before = page.next;
  } while (before !== null && generations.length < query.limit);
  const listed = generations.map((row) => ({ ...row, status: statusOf(row.state, row.startedAt) }));
  return { generations: listed, next: before };
}

function toText({ generations, next }: Found): string {
  if (generations.length === 0) return "No generations match.\n";
  const rows = generations.map(({ createdAt, credits, failureCode, id, model, ownerId, status }) => [
    id,
    status,
    model,
    ownerId,
    credits,
    new Date(createdAt).toISOString(),
    failureCode ?? "",
  ]);
  const table = toTextTable([["id", "status", "model", "owner", "credits", "submitted", "failure"], ...rows]);
  return next === null ? table : `${table}More: repeat the command with --before ${next}\n`;
}

function toStates(status: string | undefined) {
  if (status === undefined) return { states: null, isStarted: null };
  const states = statesOfStatus(status);
  if (states !== null) return states;
  throw new UsageError(`Unknown status "${status}": use pending, processing, completed, failed or canceled.`);
}

/** @throws {UsageError} */
function parseSince(text: string, now: number): number {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const time = count === undefined ? toTime(text) : now - Number(count) * (unitsMs[unit] ?? 0);
  // Ids contain times from 1970 on.
  if (time !== null && Number.isSafeInteger(time) && time >= 0) return time;
  throw new UsageError("--since must be a time span such as 24h, or a day such as 2026-11-01.");
}
