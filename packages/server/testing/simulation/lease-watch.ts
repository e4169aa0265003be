import type { Store } from "../../src/lib/ports/store/store.js";
import type { WorkerCommand, WorkerVerdict } from "../../src/lib/ports/store/store-commands.js";

/**
 * Detects a write that a worker sent after it had lost its lease, and that the store still applied. The late response of
 * a provider is no violation: the store matches it by the token of its attempt, without a lease.
 */
export class LeaseWatch {
  readonly violations: string[] = [];
  /** The newest epoch that a claim returned, by generation. */
  readonly #epochs = new Map<string, number>();
  /** The newest epoch at the time when a command was first sent, by the command's token. */
  readonly #sent = new Map<string, number>();

  /** Returns the store with checks around the writes of workers. */
  watch(store: Store): Store {
    const watched =
      <Command extends WorkerCommand>(name: string, send: (command: Command) => Promise<WorkerVerdict>) =>
      async (command: Command): Promise<WorkerVerdict> => {
        const newest = this.#sent.get(command.token) ?? this.#epochs.get(command.id) ?? 0;
        this.#sent.set(command.token, newest);
        const verdict = await send(command);
        if (verdict.type === "applied" && command.epoch < newest) {
          this.violations.push(`${name} of ${command.id} was applied at epoch ${command.epoch}, after epoch ${newest}`);
        }
        return verdict;
      };
    const settle = watched("settle", store.settle);
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
        if (isHeld && command.epoch < newest) this.violations.push(`an expired lease of ${command.id} was renewed`);
        return isHeld;
      },
      recordIntent: watched("recordIntent", store.recordIntent),
      park: watched("park", store.park),
      settle: (command) => (command.attemptToken === undefined ? settle(command) : store.settle(command)),
    };
  }
}
