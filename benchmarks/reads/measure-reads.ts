import type { HistoryResponse, SubmitResponse } from "@safelight/client/contract";
import type { Figures } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { heavyOwner } from "./fill-plan.ts";
import { type FilledDatabase, walkToTheMiddle } from "./filled-database.ts";
import { HostClient } from "./host-client.ts";
import { type OperatorPage, operatorMount, operatorPages } from "./operator-pages.ts";

/** Reads with a verdict, as the table names them. */
export const reads = {
  active: "`/active`",
  heavyActive: "`/active`, heavy",
  status: "status",
  firstPage: "first page",
  heavyFirstPage: "first page, heavy",
  deepPage: "deep page, heavy",
} as const;
/** Further operations. The first page of any owner has its own verdict, if the file fits into memory. */
export const others = { anyFirstPage: "first page of any owner", submit: "submit", claim: "claim" } as const;

export type Read = keyof typeof reads;
/** An operation of an owner, or of the worker. */
export type OwnerOperation = Read | keyof typeof others;
export type Operation = OwnerOperation | OperatorPage;

const pageLength = 20;
/** Maximum number of ordinary owners whose first pages are requested repeatedly, so that their pages are cached. */
const cachedOwners = 100;

/** Measures all operations once, on a new process: median and 99th percentile of each, in milliseconds. */
export function measureReads(database: FilledDatabase, times: number): Promise<Figures> {
  return withCleanup(async (defer) => {
    const child = await startChild(new URL("./host-script.ts", import.meta.url), {
      core: 0,
      env: { DATABASE: database.location },
    });
    defer(() => child.stop());
    const client = new HostClient(await child.run<number>("port"));
    defer(() => client.close());
    if (database.deepCursors.length === 0) await walkToTheMiddle(database, client);
    const operations = operationsOn(database, client);
    const figures: Record<string, number> = {};
    const keep = (operation: Operation, durations: readonly number[]): void => {
      figures[`${operation} median`] = quantileOf(durations, 0.5);
      figures[`${operation} p99`] = quantileOf(durations, 0.99);
    };
    for (const [operation, measure] of Object.entries(operations)) {
      // Compiles the code and loads the shared pages of the file into memory.
      for (let warm = 0; warm < Math.max(times / 4, 2 * cachedOwners); warm += 1) await measure(warm);
      const durations: number[] = [];
      for (let each = 0; each < times; each += 1) durations.push(await measure(each));
      // The keys of `operations`.
      keep(operation as OwnerOperation, durations);
    }
    keep("claim", await claimed(child, times));
    for (const [page, { path }] of Object.entries(operatorPages)) {
      const durations: number[] = [];
      await client.readPage(`${operatorMount}${path}`);
      for (let each = 0; each < times / 10; each += 1) durations.push(await client.readPage(`${operatorMount}${path}`));
      // The keys of `operatorPages`.
      keep(page as OperatorPage, durations);
    }
    return figures;
  });
}

/** Claims the generations that were just submitted; no others are due. */
function claimed(child: Child, times: number): Promise<readonly number[]> {
  return child.run<readonly number[]>("claims", times);
}

function operationsOn(
  { active, deepCursors, samples, submitters }: FilledDatabase,
  client: HostClient,
): Readonly<Record<Exclude<OwnerOperation, "claim">, (each: number) => Promise<number>>> {
  const any = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(Math.random() * items.length)];
    if (item === undefined) throw new Error("The list is empty.");
    return item;
  };
  const page = async (ownerId: string, query: string): Promise<number> => {
    const { body, milliseconds } = await client.request<HistoryResponse>(ownerId, {
      path: `/?limit=${pageLength}${query}`,
    });
    if (body.generations.length !== pageLength) throw new Error(`A page has ${body.generations.length} generations.`);
    return milliseconds;
  };
  const read = async (ownerId: string, path: string) => (await client.request(ownerId, { path })).milliseconds;
  const presentOwners = [...new Set(samples.map(({ ownerId }) => ownerId))].slice(0, cachedOwners);
  return {
    active: () => read(any(active), "/active"),
    heavyActive: () => read(heavyOwner, "/active"),
    status() {
      const { id, ownerId } = any(samples);
      return read(ownerId, `/${id}`);
    },
    firstPage: (each) => page(presentOwners[each % presentOwners.length] ?? heavyOwner, ""),
    heavyFirstPage: () => page(heavyOwner, ""),
    deepPage: () => page(heavyOwner, `&cursor=${any(deepCursors)}`),
    anyFirstPage: () => page(any(samples).ownerId, ""),
    async submit() {
      const input = { prompt: "a lake at dusk", end: "completed" };
      return (await client.request<SubmitResponse>(any(submitters), { path: "/", sent: { model: "demo", input } }))
        .milliseconds;
    },
  };
}
