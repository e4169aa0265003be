import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { pause } from "../cluster/pause.js";
import type { PaidJob } from "./attempt-faults.js";
import { bookFaults, endOf } from "./book-faults.js";
import type { StudioUser } from "./studio-user.js";

/** The state at the end, and each broken promise. */
export interface Books {
  readonly violations: readonly string[];
  /** Number of generations by status, or by the code of the failure. */
  readonly ends: ReadonlyMap<string, number>;
  /** The end of each generation, by its prompt. */
  readonly endByPrompt: ReadonlyMap<string, string>;
  readonly files: number;
}

/** Only a stream that hangs reaches it, in milliseconds. */
const streamWithinMs = 60_000;

/**
 * Compares the generations, files and balances of all users with the acknowledged submits and with the requests that the vendor
 * was paid for. Each prompt belongs to one submit.
 */
export async function checkBooks(users: readonly StudioUser[], paid: readonly PaidJob[]): Promise<Books> {
  const violations: string[] = [];
  const paidByPrompt = new Map<string, number>();
  for (const { prompt } of paid) paidByPrompt.set(prompt, (paidByPrompt.get(prompt) ?? 0) + 1);
  const endByPrompt = new Map<string, string>();
  const ends = new Map<string, number>();
  let files = 0;
  for (const user of users) {
    const { email, submitted, purchases } = user;
    const generations = await historyOf(user);
    // The contract of the route.
    const { balance } = (await user.session.request({ path: "/api/generations/credits" })) as CreditsResponse;
    violations.push(...bookFaults({ email, submitted, purchases, generations, balance, paidByPrompt }));
    for (const generation of generations.values()) {
      const end = endOf(generation);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      endByPrompt.set(String(Object(generation.input).prompt), end);
      violations.push(...(await deliveryFaults(user, generation)));
      if (generation.status === "completed") files += generation.outputs.length;
    }
  }
  const known = new Set(users.flatMap(({ submitted }) => submitted.map(({ prompt }) => prompt)));
  for (const prompt of paidByPrompt.keys())
    if (!known.has(prompt)) violations.push(`the vendor was paid for "${prompt}", which no user submitted`);
  violations.push(...(await sharingFaults(users)));
  return { violations, ends, endByPrompt, files };
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

/** Each file downloads, and the stream has delivered the end. */
async function deliveryFaults(user: StudioUser, generation: Generation): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { url, byteLength } of generation.status === "completed" ? generation.outputs : []) {
    const response = await fetch(url, { headers: user.session.headers });
    const received = (await response.arrayBuffer()).byteLength;
    if (response.status !== 200 || received !== byteLength)
      faults.push(`a file of ${generation.id} has ${received} of ${byteLength} bytes (${response.status})`);
  }
  for (const since = performance.now(); !user.hasReceived(generation); await pause(50))
    if (performance.now() - since > streamWithinMs)
      return [...faults, `the stream did not deliver the end of ${generation.id}`];
  return faults;
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
