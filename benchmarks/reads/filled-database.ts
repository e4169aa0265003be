import type { HistoryResponse } from "@safelight/client/contract";
import type { Asking } from "./asking.ts";
import { activeOwners, type FillPlan, heavyOwner, submitterNames } from "./fill-plan.ts";
import { type Sample, sampleGenerations } from "./sample.ts";

/** A database that was filled, and what is asked of it. */
export interface FilledDatabase {
  readonly file: string;
  readonly plan: FillPlan;
  readonly bytes: number;
  readonly fillSeconds: number;
  /** From anywhere in it. */
  readonly samples: readonly Sample[];
  /** Ordinary owners with something in progress. */
  readonly active: readonly string[];
  /** Owners who submit, and whom nothing else asks for: what is read stays as long as it is. */
  readonly submitters: readonly string[];
  /** Of the heavy owner's history, from its middle on; found by walking there page by page. */
  readonly deepCursors: string[];
}

const deepPages = 50;

/** Everything that is known of a database before a host is asked. */
export function toFilled(file: string, plan: FillPlan, measured: { bytes: number; seconds: number }): FilledDatabase {
  return {
    file,
    plan,
    bytes: measured.bytes,
    fillSeconds: measured.seconds,
    samples: sampleGenerations(file, 2_000),
    active: activeOwners(plan),
    submitters: submitterNames(plan),
    deepCursors: [],
  };
}

/** Walks to the middle of the heavy owner's history, once for a database. */
export async function walkToTheMiddle({ deepCursors, plan }: FilledDatabase, asking: Asking): Promise<void> {
  const middle = plan.heavyGenerations / 2;
  let cursor: string | null = "";
  for (let passed = 0; deepCursors.length < deepPages && cursor !== null; ) {
    const limit = passed < middle - 100 ? 100 : 1;
    const { body }: { readonly body: HistoryResponse } = await asking.ask<HistoryResponse>(
      heavyOwner,
      `/?limit=${limit}${cursor && `&cursor=${cursor}`}`,
    );
    passed += body.generations.length;
    cursor = body.nextCursor;
    if (passed >= middle && cursor !== null) deepCursors.push(cursor);
  }
  if (deepCursors.length === 0) throw new Error("The heavy owner's history has no middle.");
}
