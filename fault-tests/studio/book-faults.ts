import type { Generation } from "@safelight/client/contract";
import { initialCredits } from "../../examples/studio/prices.ts";

/** The records of a scripted user, and the state of the server. */
export interface UserBooks {
  readonly email: string;
  readonly submitted: readonly Submitted[];
  /** Credits of the bought packs. */
  readonly purchases: readonly number[];
  /** All generations of the user on the server, by id. */
  readonly generations: ReadonlyMap<string, Generation>;
  readonly balance: number;
  /** Number of paid requests that the vendor accepted, by prompt. Each prompt belongs to one submit. */
  readonly paidByPrompt: ReadonlyMap<string, number>;
}

/** An acknowledged generation, with the price of its response. */
export interface Submitted {
  readonly id: string;
  readonly prompt: string;
  readonly credits: number;
}

/** Broken promises: lost or doubled generations, wrong charges and refunds, vendors that were paid twice. */
export function bookFaults(books: UserBooks): readonly string[] {
  const { email, generations, submitted } = books;
  const faults = submitted.flatMap((submit) => generationFaults(submit, books));
  if (generations.size !== submitted.length)
    faults.push(`${email} has ${generations.size} generations for ${submitted.length} submits`);
  return [...faults, ...balanceFaults(books)];
}

/** The status; of a failed generation, the code of its failure. */
export function endOf(generation: Generation): string {
  return generation.status === "failed" ? generation.error.code : generation.status;
}

function generationFaults({ id, prompt, credits }: Submitted, { generations, paidByPrompt }: UserBooks): string[] {
  const generation = generations.get(id);
  if (generation === undefined) return [`${id} was acknowledged and is lost`];
  const { status } = generation;
  const refunded = generation.refundedCredits ?? 0;
  const paid = paidByPrompt.get(prompt) ?? 0;
  const end = endOf(generation);
  const isPaid = end === "completed" || end === "content_rejected";
  const faults = [
    [status === "pending" || status === "processing", `${id} has not ended`],
    [generation.credits !== credits, `${id} costs ${generation.credits} instead of ${credits}`],
    [status === "completed" && refunded !== 0, `${id} is completed and was refunded`],
    [status === "failed" && refunded !== credits, `${id} failed and refunded ${refunded} of ${credits}`],
    [paid > 1, `the vendor was paid ${paid} times for ${id}`],
    [isPaid && paid === 0, `${id} ended as ${end} without a paid request`],
  ] as const;
  return faults.flatMap(([isBroken, fault]) => (isBroken ? [fault] : []));
}

/** The balance is the first credits and the purchases, less the charges, and the refunds. */
function balanceFaults({ email, purchases, submitted, generations, balance }: UserBooks): string[] {
  const charges = submitted.map(({ credits }) => credits);
  const refunds = [...generations.values()].map(({ refundedCredits }) => refundedCredits ?? 0);
  const expected = initialCredits + sum(purchases) - sum(charges) + sum(refunds);
  return balance === expected ? [] : [`${email} has ${balance} credits instead of ${expected}`];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
