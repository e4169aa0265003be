import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { VendorBill } from "./vendor-bill.ts";

/** State of the database at the end. */
export interface DatabaseCheck {
  readonly generations: number;
  readonly completed: number;
  readonly databaseBytes: number;
  /** Descriptions of the faults. */
  readonly faults: readonly string[];
}

/** Compares the database, which no host has open, with the acknowledged submits and the vendor's bill. */
export function checkDatabase(
  file: string,
  { acknowledged, bill }: { readonly acknowledged: ReadonlySet<string>; readonly bill: VendorBill },
): DatabaseCheck {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT id, state, finished_at FROM safelight_generations").all();
  database.close();
  const states = new Map(rows.map(({ id, state }) => [String(id), String(state)]));
  const lost = [...acknowledged].filter((id) => !states.has(id));
  const active = rows.filter(({ finished_at }) => finished_at === null);
  const others = [...states].filter(([, state]) => state !== "completed");
  const paidTwice = bill.generations.filter(([, times]) => times > 1);
  // Every submit got a response in the end.
  const unrequested = [...states.keys()].filter((id) => !acknowledged.has(id));
  const count = (list: readonly unknown[], what: string) => (list.length > 0 ? [`${list.length} ${what}`] : []);
  return {
    generations: rows.length,
    completed: rows.length - others.length,
    databaseBytes: statSync(file).size,
    faults: [
      ...count(lost, "were acknowledged and are lost"),
      ...count(active, "did not end"),
      ...count(paidTwice, "were paid twice"),
      ...(bill.repeated > 0 ? [`${bill.repeated} paid requests were repeated`] : []),
      ...count(unrequested, "exist without a submit"),
    ],
  };
}
