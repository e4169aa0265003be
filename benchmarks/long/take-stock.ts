import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Paid } from "./paid.ts";

/** What is left when everything is at rest. */
export interface Stock {
  readonly generations: number;
  readonly completed: number;
  readonly databaseBytes: number;
  /** What should not be, in words. */
  readonly faults: readonly string[];
}

/** Compares what is in the database, which no host has open any more, with what people were told and the vendor was paid. */
export function takeStock(
  file: string,
  { acknowledged, paid }: { readonly acknowledged: ReadonlySet<string>; readonly paid: Paid },
): Stock {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT id, state, finished_at FROM safelight_generations").all();
  database.close();
  const states = new Map(rows.map(({ id, state }) => [String(id), String(state)]));
  const lost = [...acknowledged].filter((id) => !states.has(id));
  const active = rows.filter(({ finished_at }) => finished_at === null);
  const others = [...states].filter(([, state]) => state !== "completed");
  const paidTwice = paid.generations.filter(([, times]) => times > 1);
  // Whoever submitted was answered in the end.
  const unasked = [...states.keys()].filter((id) => !acknowledged.has(id));
  const count = (list: readonly unknown[], what: string) => (list.length > 0 ? [`${list.length} ${what}`] : []);
  return {
    generations: rows.length,
    completed: rows.length - others.length,
    databaseBytes: statSync(file).size,
    faults: [
      ...count(lost, "were acknowledged and are lost"),
      ...count(active, "did not end"),
      ...count(paidTwice, "were paid for twice"),
      ...(paid.repeated > 0 ? [`${paid.repeated} paid requests were sent again`] : []),
      ...count(unasked, "were made that nobody asked for"),
    ],
  };
}
