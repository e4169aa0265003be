import type { Generation } from "@safelight/client/contract";
import { createClient } from "../../../client/src/lib/create-client.js";
import type { Environment } from "../../../client/src/lib/environment.js";

/** What is true in the end of one owner. */
export interface Truth {
  /** Everything that is there. */
  readonly generations: readonly Generation[];
  /** Everything that was deleted. */
  readonly deleted: ReadonlySet<string>;
  readonly sequence: number;
  readonly balance: number;
}

/** One device that follows the events of an owner, and holds what it was told. */
export class Watcher {
  readonly violations: string[] = [];
  /** Events with a sequence that were told. */
  told = 0;
  readonly #name: string;
  readonly #held = new Map<string, Generation>();
  readonly #deleted = new Set<string>();
  readonly #leaving = new AbortController();
  #sequence: number | null = null;
  #balance: number | null = null;
  #end: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Listens until it leaves.
   *
   * @returns when it has heard where the owner stands: everything that changes from then on must be told.
   */
  async follow(options: {
    readonly url: string;
    readonly owner: string;
    readonly environment: Environment;
  }): Promise<void> {
    const headers = { authorization: options.owner, "x-watcher": this.#name };
    // A name of its own: this device shares its stream with no other.
    const client = createClient({ baseUrl: options.url, cacheKey: this.#name, headers }, options.environment);
    await new Promise<void>((resolve) => {
      const listen = async (): Promise<void> => {
        for await (const event of client.events({ signal: this.#leaving.signal })) {
          if (event.type === "hello") {
            if (this.#sequence !== null) this.#broken("it was told to begin anew");
            this.#sequence = event.sequence;
            resolve();
          } else if (event.type === "resync") this.#broken("it was told to read everything again");
          else if (event.type === "credits") this.#balance = event.balance;
          else if (event.type === "generation") this.#hear(event.generation);
          else if (event.type === "deleted") this.#hearDeleted(event);
        }
      };
      this.#end = listen().catch((error: unknown) => {
        this.#broken(`it came to an end: ${String(error)}`);
        resolve();
      });
    });
  }

  /** What it still has to hear, or never did. */
  missing({ generations, deleted, sequence, balance }: Truth): readonly string[] {
    const missing: string[] = [];
    for (const generation of generations) {
      const { id, version } = generation;
      const held = this.#held.get(id);
      if (held?.version !== version) {
        missing.push(`${id} is at version ${version}, and ${held?.version ?? "nothing"} was heard`);
      } else if (contentOf(held) !== contentOf(generation)) {
        missing.push(`${id} is ${contentOf(generation)}, and ${contentOf(held)} was heard`);
      }
    }
    const known = new Set(generations.map(({ id }) => id));
    for (const id of deleted) if (!this.#deleted.has(id)) missing.push(`that ${id} was deleted was not heard`);
    for (const id of this.#held.keys()) if (!known.has(id)) missing.push(`${id} is not there any more`);
    if (this.#sequence !== sequence) missing.push(`the owner stands at ${sequence}, and ${this.#sequence} was heard`);
    if (this.#balance !== balance) missing.push(`the balance is ${balance}, and ${this.#balance} was heard`);
    return missing.map((what) => `${this.#name}: ${what}`);
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#end;
  }

  #hear(generation: Generation): void {
    const { id, version, sequence } = generation;
    this.#advance(sequence, id);
    const held = this.#held.get(id);
    if (held !== undefined && version <= held.version) {
      this.#broken(`${id} was told in version ${version} after version ${held.version}`);
    }
    if (this.#deleted.has(id)) this.#broken(`${id} was told after it was deleted`);
    this.#held.set(id, generation);
  }

  #hearDeleted({ id, sequence }: { readonly id: string; readonly sequence: number }): void {
    this.#advance(sequence, id);
    if (this.#deleted.has(id)) this.#broken(`that ${id} was deleted was told twice`);
    this.#deleted.add(id);
    this.#held.delete(id);
  }

  #advance(sequence: number, id: string): void {
    this.told += 1;
    if (sequence <= (this.#sequence ?? Infinity)) {
      this.#broken(`${id} was told with the sequence ${sequence} after ${this.#sequence}`);
    }
    this.#sequence = sequence;
  }

  #broken(what: string): void {
    this.violations.push(`${this.#name}: ${what}`);
  }
}

/** What must be the same, letter for letter. Estimates and signed addresses are made anew at each look. */
function contentOf(generation: Generation): string {
  const { status, input, scope, credits, refundedCredits, finishedAt, seenAt } = generation;
  const error = status === "failed" ? generation.error : null;
  return JSON.stringify({ status, input, scope, credits, refundedCredits, finishedAt, seenAt, error });
}
