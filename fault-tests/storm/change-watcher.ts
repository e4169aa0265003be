import type { Store } from "../../packages/server/src/lib/ports/store/store.js";

/** Follows the changes of one owner as a stream does, and finds changes that it missed. */
export class ChangeWatcher {
  readonly violations: string[] = [];
  reads = 0;
  /** Number of times that the changes could not be continued. */
  restarts = 0;
  readonly #store: Store;
  readonly #ownerId: string;
  readonly #versions = new Map<string, number>();
  #sequence = 0;
  #timeline: string | null = null;

  constructor(store: Store, ownerId: string) {
    this.#store = store;
    this.#ownerId = ownerId;
  }

  /** Reads until there is nothing more. */
  async catchUp(): Promise<void> {
    for (let hasMore = true; hasMore; ) hasMore = await this.#read();
  }

  /** Compares the versions with those in the database, which must be quiet. */
  async compare(): Promise<void> {
    await this.catchUp();
    const current = await this.#list();
    for (const { id, version } of current.generations) {
      const held = this.#versions.get(id);
      if (held !== version) this.#add(`${id} is at version ${version}, and was received at ${held ?? "none"}`);
      this.#versions.delete(id);
    }
    for (const id of this.#versions.keys()) this.#add(`the end of ${id} was not received`);
    if (current.sequence !== this.#sequence)
      this.#add(`the sequence is ${current.sequence}, received ${this.#sequence}`);
    for (const { id, version } of current.generations) this.#versions.set(id, version);
  }

  async #read(): Promise<boolean> {
    const list = await this.#store.changedAfter({ ownerId: this.#ownerId, sequence: this.#sequence, limit: 20 });
    this.reads += 1;
    if (list.resync || (this.#timeline !== null && list.timeline !== this.#timeline)) {
      await this.#restart();
      this.#timeline = list.timeline;
      return true;
    }
    this.#timeline = list.timeline;
    for (const { id, version } of list.changed) {
      const held = this.#versions.get(id) ?? 0;
      if (version <= held) this.#add(`${id} was received in version ${version} after ${held}`);
      this.#versions.set(id, version);
    }
    for (const { id } of list.deleted) this.#versions.delete(id);
    if (list.sequence < this.#sequence) this.#add(`the sequence went back to ${list.sequence}`);
    this.#sequence = list.sequence;
    return list.hasMore;
  }

  /** A list has every change up to its sequence. */
  async #restart(): Promise<void> {
    this.restarts += 1;
    const { generations, sequence } = await this.#list();
    this.#versions.clear();
    for (const { id, version } of generations) this.#versions.set(id, version);
    this.#sequence = sequence;
  }

  #list() {
    const all = { limit: 1_000_000, after: null, status: null, model: null, scope: null };
    return this.#store.list({ ownerId: this.#ownerId, ...all });
  }

  #add(what: string): void {
    this.violations.push(`${this.#ownerId}: ${what}`);
  }
}
