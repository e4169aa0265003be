import type { HistoryResponse, SubmitResponse } from "@safelight/client/contract";
import type { Figures } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { Asking } from "./asking.ts";
import { heavyOwner } from "./fill-plan.ts";
import { type FilledDatabase, walkToTheMiddle } from "./filled-database.ts";

/** What is asked and judged, in the words of the table. */
export const reads = {
  active: "`/active`",
  heavyActive: "`/active`, heavy",
  status: "status",
  firstPage: "first page",
  heavyFirstPage: "first page, heavy",
  deepPage: "deep page, heavy",
} as const;
/** What is told beside it; the first page of anybody is judged apart, where the memory holds the file. */
export const others = { anyFirstPage: "first page of anybody", submit: "submit", claim: "claim" } as const;

export type Read = keyof typeof reads;
export type Operation = Read | keyof typeof others;

const pageLength = 20;
/** Ordinary owners who are there, where there are as many: of their first pages, what is asked for was asked for before. */
const present = 100;

/** Measures all of it once, on a new process: the median and the 99th percentile of each, in milliseconds. */
export function measureReads(database: FilledDatabase, times: number): Promise<Figures> {
  return withCleanup(async (defer) => {
    const child = await startChild(new URL("./host-script.ts", import.meta.url), {
      core: 0,
      env: { DATABASE: database.file },
    });
    defer(() => child.stop());
    const asking = new Asking(await child.ask<number>("port"));
    defer(() => asking.close());
    if (database.deepCursors.length === 0) await walkToTheMiddle(database, asking);
    const operations = operationsOn(database, asking);
    const figures: Record<string, number> = {};
    const keep = (operation: Operation, durations: readonly number[]): void => {
      figures[`${operation} median`] = quantileOf(durations, 0.5);
      figures[`${operation} p99`] = quantileOf(durations, 0.99);
    };
    for (const [operation, ask] of Object.entries(operations)) {
      // Compiles what is asked, and brings what is common to all of the file into memory.
      for (let warm = 0; warm < Math.max(times / 4, 2 * present); warm += 1) await ask(warm);
      const durations: number[] = [];
      for (let each = 0; each < times; each += 1) durations.push(await ask(each));
      // The keys of the record.
      keep(operation as Operation, durations);
    }
    keep("claim", await claimed(child, times));
    return figures;
  });
}

/** What was submitted just now is all that is due. */
function claimed(child: Child, times: number): Promise<readonly number[]> {
  return child.ask<readonly number[]>("claims", times);
}

function operationsOn(
  { active, deepCursors, samples, submitters }: FilledDatabase,
  asking: Asking,
): Readonly<Record<Exclude<Operation, "claim">, (each: number) => Promise<number>>> {
  const any = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(Math.random() * items.length)];
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item;
  };
  const page = async (ownerId: string, query: string): Promise<number> => {
    const { body, milliseconds } = await asking.ask<HistoryResponse>(ownerId, `/?limit=${pageLength}${query}`);
    if (body.generations.length !== pageLength) throw new Error(`A page has ${body.generations.length} generations.`);
    return milliseconds;
  };
  const look = async (ownerId: string, path: string) => (await asking.ask(ownerId, path)).milliseconds;
  const presentOwners = [...new Set(samples.map(({ ownerId }) => ownerId))].slice(0, present);
  return {
    active: () => look(any(active), "/active"),
    heavyActive: () => look(heavyOwner, "/active"),
    status() {
      const { id, ownerId } = any(samples);
      return look(ownerId, `/${id}`);
    },
    firstPage: (each) => page(presentOwners[each % presentOwners.length] ?? heavyOwner, ""),
    heavyFirstPage: () => page(heavyOwner, ""),
    deepPage: () => page(heavyOwner, `&cursor=${any(deepCursors)}`),
    anyFirstPage: () => page(any(samples).ownerId, ""),
    async submit() {
      const input = { prompt: "a lake at dusk", end: "completed" };
      return (await asking.ask<SubmitResponse>(any(submitters), "/", { model: "demo", input })).milliseconds;
    },
  };
}
