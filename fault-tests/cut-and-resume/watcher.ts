import type { Generation } from "@safelight/client/contract";
import { createClient } from "../../packages/client/src/lib/create-client.js";
import type { Environment } from "../../packages/client/src/lib/environment.js";

/** State of one owner at the end, read from the server. */
export interface ServerState {
  /** All generations that exist. */
  readonly generations: readonly Generation[];
  /** All deleted generations. */
  readonly deleted: ReadonlySet<string>;
  readonly sequence: number;
  readonly balance: number;
}

/** One device that follows the events of an owner and holds the generations it received. */
export class Watcher {
  readonly violations: string[] = [];
  /** Received events with a sequence. */
  received = 0;
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
   * Follows the events until `leave`.
   *
   * @returns after the first snapshot: every later change must be received.
   */
  async follow(options: {
    readonly url: string;
    readonly owner: string;
    readonly environment: Environment;
  }): Promise<void> {
    const headers = { authorization: options.owner, "x-watcher": this.#name };
    // A cache key of its own, so that this device shares its stream with no other.
    const client = createClient({ baseUrl: options.url, cacheKey: this.#name, headers }, options.environment);
    await new Promise<void>((resolve) => {
      const listen = async (): Promise<void> => {
        for await (const event of client.events({ signal: this.#leaving.signal })) {
          if (event.type === "snapshot") {
            if (this.#sequence !== null) this.#addViolation("it received a second snapshot");
            this.#sequence = event.active.sequence;
            resolve();
          } else if (event.type === "credits") this.#balance = event.balance;
          else if (event.type === "generation") this.#receive(event.generation);
          else if (event.type === "deleted") this.#receiveDeleted(event);
        }
      };
      this.#end = listen().catch((error: unknown) => {
        this.#addViolation(`its events ended: ${String(error)}`);
        resolve();
      });
    });
  }

  /** Differences between the device and the server. */
  missing({ generations, deleted, sequence }: ServerState): readonly string[] {
    const missing: string[] = [];
    for (const generation of generations) {
      const { id, version } = generation;
      const held = this.#held.get(id);
      if (held?.version !== version) {
        missing.push(`${id} is at version ${version}, the device has ${held?.version ?? "none"}`);
      } else if (contentOf(held) !== contentOf(generation)) {
        missing.push(`${id} is ${contentOf(generation)}, the device has ${contentOf(held)}`);
      }
    }
    const known = new Set(generations.map(({ id }) => id));
    for (const id of deleted) if (!this.#deleted.has(id)) missing.push(`the deletion of ${id} was not received`);
    for (const id of this.#held.keys()) if (!known.has(id)) missing.push(`${id} no longer exists`);
    if (this.#sequence !== sequence) missing.push(`the owner is at ${sequence}, the device at ${this.#sequence}`);
    return missing.map((what) => `${this.#name}: ${what}`);
  }

  /** Difference between the balances. Only a stream delivers it. */
  missingBalance({ balance }: ServerState): readonly string[] {
    return this.#balance === balance
      ? []
      : [`${this.#name}: the balance is ${balance}, the device has ${this.#balance}`];
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#end;
  }

  #receive(generation: Generation): void {
    const { id, version, sequence } = generation;
    this.#advance(sequence, id);
    const held = this.#held.get(id);
    if (held !== undefined && version <= held.version) {
      this.#addViolation(`${id} was received in version ${version} after version ${held.version}`);
    }
    if (this.#deleted.has(id)) this.#addViolation(`${id} was received after its deletion`);
    this.#held.set(id, generation);
  }

  #receiveDeleted({ id, sequence }: { readonly id: string; readonly sequence: number }): void {
    this.#advance(sequence, id);
    if (this.#deleted.has(id)) this.#addViolation(`the deletion of ${id} was received twice`);
    this.#deleted.add(id);
    this.#held.delete(id);
  }

  #advance(sequence: number, id: string): void {
    this.received += 1;
    if (sequence <= (this.#sequence ?? Infinity)) {
      this.#addViolation(`${id} was received with the sequence ${sequence} after ${this.#sequence}`);
    }
    this.#sequence = sequence;
  }

  #addViolation(what: string): void {
    this.violations.push(`${this.#name}: ${what}`);
  }
}

/** Fields that must be equal. Estimates and signed URLs differ between two reads. */
function contentOf(generation: Generation): string {
  const { status, input, scope, credits, refundedCredits, finishedAt, seenAt } = generation;
  const error = status === "failed" ? generation.error : null;
  return JSON.stringify({ status, input, scope, credits, refundedCredits, finishedAt, seenAt, error });
}
