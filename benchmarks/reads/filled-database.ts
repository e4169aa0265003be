import type { HistoryResponse } from "@safelight/client/contract";
import { activeOwners, type FillPlan, heavyOwner, submitterNames } from "./fill-plan.ts";
import type { HostClient } from "./host-client.ts";
import { type Sample, sampleGenerations } from "./sample.ts";

/** A filled database, and the parameters of its requests. */
export interface FilledDatabase {
  /** Path of its file, or URL of its copy in Postgres. */
  readonly location: string;
  readonly plan: FillPlan;
  readonly bytes: number;
  readonly fillSeconds: number;
  /** Generations from the whole file. */
  readonly samples: readonly Sample[];
  /** Ordinary owners with an active generation. */
  readonly active: readonly string[];
  /** Owners who only submit, so that the responses of reads keep their length. */
  readonly submitters: readonly string[];
  /** Cursors from the middle of the heavy owner's history on, found by paging. */
  readonly deepCursors: string[];
}

const deepPages = 50;

/** The parameters that are known before the first request. */
export function toFilled(
  file: string,
  { plan, measured }: { readonly plan: FillPlan; readonly measured: { bytes: number; seconds: number } },
): FilledDatabase {
  return {
    location: file,
    plan,
    bytes: measured.bytes,
    fillSeconds: measured.seconds,
    samples: sampleGenerations(file, 2_000),
    active: activeOwners(plan),
    submitters: submitterNames(plan),
    deepCursors: [],
  };
}

/** Pages to the middle of the heavy owner's history, once per database. */
export async function walkToTheMiddle({ deepCursors, plan }: FilledDatabase, client: HostClient): Promise<void> {
  const middle = plan.heavyGenerations / 2;
  let cursor: string | null = "";
  for (let passed = 0; deepCursors.length < deepPages && cursor !== null; ) {
    const limit = passed < middle - 100 ? 100 : 1;
    const { body }: { readonly body: HistoryResponse } = await client.request<HistoryResponse>(heavyOwner, {
      path: `/?limit=${limit}${cursor && `&cursor=${cursor}`}`,
    });
    passed += body.generations.length;
    cursor = body.nextCursor;
    if (passed >= middle && cursor !== null) deepCursors.push(cursor);
  }
  if (deepCursors.length === 0) throw new Error("The heavy owner's history is too short.");
}
