import type { Generation } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";

const leaseMs = 30_000;

/** Who was told what of the contract server. */
export class ContractNotices {
  /** Which claim was given what, and until when; `null` where it was confirmed. */
  readonly #leases = new Map<string, { readonly claim: string; readonly until: number } | null>();

  /** The newest 20 that nobody was told of; what the claim has already, alone. */
  claim(claim: string, generations: readonly Generation[]): Generation[] {
    const now = Date.now();
    const isFree = (lease: { readonly claim: string; readonly until: number } | null | undefined) =>
      lease === undefined || (lease !== null && (lease.claim === claim || lease.until <= now));
    const found = generations
      .filter((generation) => isTerminal(generation) && generation.seenAt === null)
      .filter(({ id }) => isFree(this.#leases.get(id)))
      .sort((left, right) => (right.finishedAt ?? "").localeCompare(left.finishedAt ?? ""))
      .slice(0, 20);
    const held = found.filter(({ id }) => this.#leases.get(id)?.claim === claim);
    const given = held.length > 0 ? held : found;
    for (const { id } of given) {
      const lease = this.#leases.get(id);
      if (lease == null || lease.until <= now) this.#leases.set(id, { claim, until: now + leaseMs });
    }
    return given.sort((left, right) => right.id.localeCompare(left.id));
  }

  confirm(claim: unknown, ids: readonly string[]): void {
    for (const id of ids) if (this.#leases.get(id)?.claim === claim) this.#leases.set(id, null);
  }
}
