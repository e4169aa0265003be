import { isTerminalStatus } from "../../contract/generation.js";
import type { UploadedInput } from "../../contract/wire.js";
import type { Ledger } from "./ledger.js";
import type { MockGeneration } from "./mock-generation.js";

/** The submit of an idempotency key. */
interface Submission {
  /** For a group, that of its first generation. */
  readonly generationId: string;
  /** `null` for a submit of one generation. */
  readonly groupId: string | null;
  /** Path and body of the request. */
  readonly fingerprint: string;
}

/** The lease of a notice, and whether it was confirmed. */
interface Notice {
  readonly claim: string;
  /** End of the lease, in epoch milliseconds. */
  readonly until: number;
  readonly isConfirmed: boolean;
}

/** An uploaded file. */
export interface MockInput extends Omit<UploadedInput, "url"> {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The data of one owner, or of a team: its gallery has the generations that members share. */
export class MockOwner {
  /** The team of the owner; `null` without one. */
  team: MockOwner | null = null;
  /** The teams of shared generations, by id. */
  readonly #teams = new Map<string, MockOwner>();
  readonly tag: string;
  readonly ledger: Ledger;
  readonly submissions = new Map<string, Submission>();
  readonly inputs = new Map<string, MockInput>();
  readonly notices = new Map<string, Notice>();
  /** Sequence of each deletion, by generation id. */
  readonly deleted = new Map<string, number>();
  sequence: number;
  /** Theoretical arrival time of the rate limit, in epoch milliseconds. */
  theoreticalArrivalMs = 0;
  readonly #generations = new Map<string, MockGeneration>();
  readonly #onChange: () => void;

  constructor(options: {
    readonly tag: string;
    readonly ledger: Ledger;
    readonly sequence: number;
    readonly onChange: () => void;
  }) {
    this.tag = options.tag;
    this.ledger = options.ledger;
    this.sequence = options.sequence;
    this.#onChange = options.onChange;
  }

  /** Newest first. */
  get generations(): readonly MockGeneration[] {
    return [...this.#generations.values()].reverse();
  }

  /** Newest first. */
  get active(): readonly MockGeneration[] {
    return this.generations.filter(({ status }) => !isTerminalStatus(status));
  }

  get(id: string): MockGeneration | undefined {
    return this.#generations.get(id);
  }

  add(generation: Omit<MockGeneration, "version" | "sequence">): MockGeneration {
    if (generation.visibility === "team" && this.team !== null) this.#teams.set(generation.id, this.team);
    return this.#write({ ...generation, version: 1, sequence: 0 });
  }

  change(generation: MockGeneration, fields: Partial<MockGeneration>): MockGeneration {
    return this.#write({ ...generation, ...fields, version: generation.version + 1 });
  }

  remove(id: string): void {
    this.#teams.get(id)?.remove(id);
    this.#generations.delete(id);
    this.sequence += 1;
    this.deleted.set(id, this.sequence);
    this.#onChange();
  }

  /** Restores a backup that lacks these generations, without deletion events. Sequences and versions start again. */
  restore(without: readonly string[]): void {
    for (const id of without) this.#generations.delete(id);
    // A repeated submit of a missing generation creates it again.
    for (const [key, { generationId }] of this.submissions) {
      if (without.includes(generationId)) this.submissions.delete(key);
    }
    this.sequence = 0;
    for (const [id, generation] of this.#generations)
      this.#generations.set(id, { ...generation, version: 1, sequence: 0 });
    for (const id of this.deleted.keys()) this.deleted.set(id, 0);
  }

  /** Reports a change of other data than generations. */
  changed(): void {
    this.#onChange();
  }

  #write(generation: MockGeneration): MockGeneration {
    this.sequence += 1;
    const written = { ...generation, sequence: this.sequence };
    this.#generations.set(written.id, written);
    // Nothing in the gallery of a team is unseen.
    const team = this.#teams.get(written.id);
    if (team !== undefined) team.#write({ ...written, seenAt: written.finishedAt });
    this.#onChange();
    return written;
  }
}
