import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { initialCredits } from "../../examples/studio/prices.ts";
import { pause } from "../cluster/pause.js";
import type { StudioUser } from "./studio-user.js";

/** The state at the end, and each broken promise. */
export interface Books {
  readonly violations: readonly string[];
  /** Number of generations by status, or by the code of the failure. */
  readonly ends: ReadonlyMap<string, number>;
  readonly files: number;
}

/** Only a stream that hangs reaches it, in milliseconds. */
const streamWithinMs = 60_000;

/**
 * Compares the generations and balances of all users with what the server acknowledged, and with the requests that the vendor
 * was paid for.
 *
 * @param paidByPrompt number of paid requests for each prompt; each prompt belongs to one submit.
 */
export async function checkBooks(
  users: readonly StudioUser[],
  paidByPrompt: ReadonlyMap<string, number>,
): Promise<Books> {
  const violations: string[] = [];
  const ends = new Map<string, number>();
  let files = 0;
  for (const user of users) {
    const generations = await historyOf(user);
    violations.push(...(await balanceFaults(user, generations)));
    for (const { id, prompt, credits } of user.submitted) {
      const generation = generations.get(id);
      if (generation === undefined) {
        violations.push(`${id} was acknowledged and is lost`);
        continue;
      }
      const end = generation.status === "failed" ? generation.error.code : generation.status;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (generation.credits !== credits) violations.push(`${id} costs ${generation.credits} instead of ${credits}`);
      violations.push(...paymentFaults({ id, end, paid: paidByPrompt.get(prompt) ?? 0 }));
      violations.push(...refundFaults(generation));
      violations.push(...(await fileFaults(user, generation)));
      if (generation.status === "completed") files += generation.outputs.length;
      if (!(await isReceived(user, generation))) violations.push(`the stream did not deliver the end of ${id}`);
    }
    if (generations.size !== user.submitted.length)
      violations.push(`${user.email} has ${generations.size} generations for ${user.submitted.length} submits`);
  }
  const known = new Set(users.flatMap(({ submitted }) => submitted.map(({ prompt }) => prompt)));
  for (const prompt of paidByPrompt.keys()) if (!known.has(prompt)) violations.push(`nobody submitted "${prompt}"`);
  violations.push(...(await sharingFaults(users)));
  return { violations, ends, files };
}

/** All generations of a user, over the router. */
async function historyOf({ session }: StudioUser): Promise<ReadonlyMap<string, Generation>> {
  const found = new Map<string, Generation>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ limit: "100", ...(cursor !== "" && { cursor }) });
    // The contract of the route.
    const page = (await session.request({ path: `/api/generations?${query}` })) as HistoryResponse;
    for (const generation of page.generations) found.set(generation.id, generation);
    cursor = page.nextCursor;
  }
  return found;
}

/** The balance is the first credits and the purchases, less the charges, and the refunds. */
async function balanceFaults(
  { session, email, purchases, submitted }: StudioUser,
  generations: ReadonlyMap<string, Generation>,
): Promise<readonly string[]> {
  const { balance } = (await session.request({ path: "/api/generations/credits" })) as CreditsResponse;
  const refunds = [...generations.values()].map(({ refundedCredits }) => refundedCredits ?? 0);
  const charges = submitted.map(({ credits }) => credits);
  const expected = initialCredits + sum(purchases) - sum(charges) + sum(refunds);
  return balance === expected ? [] : [`${email} has ${balance} credits instead of ${expected}`];
}

function paymentFaults({ id, end, paid }: { readonly id: string; readonly end: string; readonly paid: number }) {
  if (paid > 1) return [`the vendor was paid ${paid} times for ${id}`];
  const isPaid = end === "completed" || end === "content_rejected";
  return isPaid && paid === 0 ? [`${id} ended as ${end} without a paid request`] : [];
}

function refundFaults({ id, status, credits, refundedCredits }: Generation): readonly string[] {
  if (status === "pending" || status === "processing") return [`${id} has not ended`];
  const refunded = refundedCredits ?? 0;
  if (status === "completed" && refunded !== 0) return [`${id} is completed and was refunded`];
  return status === "failed" && refunded !== credits ? [`${id} failed and refunded ${refunded} of ${credits}`] : [];
}

async function fileFaults({ session }: StudioUser, generation: Generation): Promise<readonly string[]> {
  if (generation.status !== "completed") return [];
  const faults: string[] = [];
  for (const { url, byteLength } of generation.outputs) {
    const response = await fetch(url, { headers: session.headers });
    const received = (await response.arrayBuffer()).byteLength;
    if (response.status !== 200 || received !== byteLength)
      faults.push(`a file of ${generation.id} has ${received} of ${byteLength} bytes (${response.status})`);
  }
  return faults;
}

async function isReceived(user: StudioUser, generation: Generation): Promise<boolean> {
  for (const since = performance.now(); performance.now() - since < streamWithinMs; await pause(50))
    if (user.hasReceived(generation)) return true;
  return false;
}

/** The next member of the organization sees each item of a user's collection. */
async function sharingFaults(users: readonly StudioUser[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [index, { collectionId, shared, email }] of users.entries()) {
    const reader = users[(index + 1) % users.length];
    const body = await reader?.session.request({ path: `/api/collections/${collectionId}` });
    const { items = [] }: { readonly items?: readonly { readonly generationId: string }[] } = Object(body);
    const seen = new Set(items.map(({ generationId }) => generationId));
    if (seen.size !== shared.size || [...shared].some((id) => !seen.has(id)))
      faults.push(`a member sees ${seen.size} of ${shared.size} generations of ${email}`);
  }
  return faults;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
