import type { Generation } from "@safelight/client/contract";
import { demo } from "@safelight/demo-provider";
import type pg from "pg";
import { creditsPerImage } from "../../src/prices.ts";
import type { Visitor } from "./visitor.ts";

/** The sum of the checks. */
export interface Books {
  readonly generations: number;
  readonly images: number;
  /** One line for each broken promise. */
  readonly violations: readonly string[];
}

/** One row for each generation: its ledger entries of each kind, and its outputs. */
const rowsSql = `
  SELECT g.id, g.state,
    (SELECT count(*)::int FROM safelight_ledger_entries l WHERE l.generation_id = g.id AND l.kind = 'debit') AS debits,
    (SELECT count(*)::int FROM safelight_ledger_entries l WHERE l.generation_id = g.id AND l.kind = 'capture') AS captures,
    (SELECT count(*)::int FROM safelight_ledger_entries l WHERE l.generation_id = g.id AND l.kind = 'refund') AS refunds,
    (SELECT count(*)::int FROM safelight_outputs o WHERE o.generation_id = g.id) AS outputs
  FROM safelight_generations g`;

/** A generation with the counts of its rows. */
export interface GenerationRow {
  readonly id: string;
  readonly state: string;
  readonly debits: number;
  readonly captures: number;
  readonly refunds: number;
  readonly outputs: number;
}

/** Checks that each acknowledged submit has one charge, one paid job and one image, and each stream every end. */
export async function checkBooks(options: {
  readonly visitors: readonly Visitor[];
  readonly database: pg.Client;
  /** File of the simulated vendor. */
  readonly vendorFile: string;
  /** Credits of a new visitor. */
  readonly grant: number;
}): Promise<Books> {
  const { visitors, database, vendorFile, grant } = options;
  const { rows } = await database.query<GenerationRow>(rowsSql);
  const acknowledged = visitors.flatMap((visitor) => visitor.acknowledged);
  const violations = [...violationsOf(rows, acknowledged), ...(await unpaidOrPaidTwice(vendorFile, acknowledged))];
  let images = 0;
  for (const visitor of visitors) {
    const response = await visitor.read("/api/generations/credits");
    const { balance } = await response.json();
    const expected = grant - creditsPerImage.demo * visitor.acknowledged.length;
    if (balance !== expected) violations.push(`a balance is ${balance} instead of ${expected}`);
    for (const id of visitor.acknowledged) {
      const broken = await brokenDelivery(visitor, id);
      if (broken === null) images += 1;
      else violations.push(`${id}: ${broken}`);
    }
  }
  return { generations: rows.length, images, violations };
}

/** Compares the rows with the ids that the server acknowledged. */
export function violationsOf(rows: readonly GenerationRow[], acknowledged: readonly string[]): readonly string[] {
  const promised = new Set(acknowledged);
  const stored = new Set(rows.map(({ id }) => id));
  return [
    ...[...promised].filter((id) => !stored.has(id)).map((id) => `${id} was acknowledged and is lost`),
    // Each key is repeated until it is acknowledged, so another generation would be a second one of its key.
    ...[...stored].filter((id) => !promised.has(id)).map((id) => `${id} exists twice for one submit`),
    ...rows.flatMap(({ id, state, debits, captures, refunds, outputs }) => {
      const isRight = state === "completed" && debits === 1 && captures === 1 && refunds === 0 && outputs === 1;
      const found = `${debits} debits, ${captures} captures, ${refunds} refunds, ${outputs} outputs`;
      return isRight ? [] : [`${id} is ${state} with ${found}`];
    }),
  ];
}

/** The vendor's own records: one job for each generation. */
async function unpaidOrPaidTwice(vendorFile: string, ids: readonly string[]): Promise<readonly string[]> {
  const vendor = demo({ vendorFile });
  const count = vendor.invoices().length;
  await vendor.close();
  return count === ids.length ? [] : [`the vendor has ${count} paid jobs for ${ids.length} generations`];
}

/** @returns a description of a missing image or event; `null` when both have arrived. */
async function brokenDelivery(visitor: Visitor, id: string): Promise<string | null> {
  const response = await visitor.read(`/api/generations/${id}`);
  // The contract of the route, checked by the fields below.
  const { generation } = (await response.json()) as { readonly generation: Generation };
  if (generation.status !== "completed") return `it is ${generation.status}`;
  const [output, second] = generation.outputs;
  if (output === undefined || second !== undefined) return `it has ${generation.outputs.length} images`;
  const image = await visitor.read(output.url);
  const bytes = Buffer.from(await image.arrayBuffer());
  if (image.status !== 200 || !isPng(bytes)) return `its image responds ${image.status}, ${bytes.byteLength} bytes`;
  return visitor.hasReceived(generation) ? null : "the event stream did not deliver its end";
}

/** Complete from its signature to its last chunk. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(1, 4).toString("latin1") === "PNG" && bytes.subarray(-8, -4).toString("latin1") === "IEND";
}
