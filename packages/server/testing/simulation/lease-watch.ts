import type { Store } from "../../src/lib/ports/store/store.js";
import type { WorkerCommand, WorkerVerdict } from "../../src/lib/ports/store/store-commands.js";

/**
 * Notices a write by a worker whose lease another one had taken before it was sent, and that took effect all the same. A
 * late reply of a provider is none: it is recorded by the token of its attempt, whoever holds the generation.
 */
export class LeaseWatch {
  readonly violations: string[] = [];
  /** The newest epoch that a claim was answered with, by generation. */
  readonly #epochs = new Map<string, number>();
  /** The newest epoch when a command was sent for the first time, by its token. */
  readonly #sent = new Map<string, number>();

  /** The same store, with somebody who looks on. */
  watch(store: Store): Store {
    const watched =
      <Command extends WorkerCommand>(name: string, send: (command: Command) => Promise<WorkerVerdict>) =>
      async (command: Command): Promise<WorkerVerdict> => {
        const newest = this.#sent.get(command.token) ?? this.#epochs.get(command.id) ?? 0;
        this.#sent.set(command.token, newest);
        const verdict = await send(command);
        if (verdict.type === "applied" && command.epoch < newest) {
          this.violations.push(`${name} of ${command.id} took effect at epoch ${command.epoch}, after ${newest}`);
        }
        return verdict;
      };
    return {
      ...store,
      claim: async (command) => {
        const claims = await store.claim(command);
        for (const { generation } of claims) this.#epochs.set(generation.id, generation.epoch);
        return claims;
      },
      renew: async (command) => {
        const newest = this.#epochs.get(command.id) ?? 0;
        const isHeld = await store.renew(command);
        if (isHeld && command.epoch < newest) this.violations.push(`a lost lease of ${command.id} was renewed`);
        return isHeld;
      },
      recordIntent: watched("the intent", store.recordIntent),
      park: watched("the parking", store.park),
      settle: watched("the end", store.settle),
    };
  }
}
