import { setTimeout as pause } from "node:timers/promises";
import { isTerminalState } from "../../packages/server/src/lib/generation/generation-state.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { SubmitCommand } from "../../packages/server/src/lib/ports/store/submit-commands.js";
import { output, Scenario } from "../../packages/server/testing/store-contract/scenario.js";

const submitters = 12;
const workers = 4;
const owners = 7;

/** Owners and workers, with a record of everything that was acknowledged to them. */
export class Load {
  readonly violations: string[] = [];
  /** Owner by the id of the generation. */
  readonly accepted = new Map<string, string>();
  readonly ended = new Set<string>();
  unknownCount = 0;
  readonly #stores: readonly Store[];
  readonly #scenarios: readonly Scenario[];
  #unknown: SubmitCommand[] = [];
  #count = 0;
  #isOn = false;

  constructor(stores: readonly Store[]) {
    this.#stores = stores;
    this.#scenarios = stores.map((store) => new Scenario(store));
  }

  /** Resolves after `stop`, when all calls have returned. */
  async run(): Promise<void> {
    this.#isOn = true;
    const loops = [
      ...Array.from({ length: submitters }, (_, index) => this.#submit(this.#scenarioOf(index))),
      ...Array.from({ length: workers }, (_, index) => this.#work(this.#scenarioOf(index))),
    ];
    await Promise.all(loops);
  }

  stop(): void {
    this.#isOn = false;
  }

  /** Sends each submit without a response again, until it gets one. */
  async sendAgain(): Promise<void> {
    for (const command of this.#unknown) {
      const verdict = await this.#scenarioOf(0).store.submit(command);
      if (verdict.type === "accepted") this.accepted.set(command.id, command.ownerId);
      else this.violations.push(`${command.id} was sent again and got ${verdict.type}`);
    }
    this.#unknown = [];
  }

  async check(store: Store): Promise<void> {
    for (const [id, ownerId] of this.accepted) {
      const generation = await store.get({ ownerId, id });
      if (generation === null) this.violations.push(`${id} was acknowledged and is lost`);
      else if (this.ended.has(id) && !isTerminalState(generation.state))
        this.violations.push(`the end of ${id} was acknowledged, and it is ${generation.state}`);
    }
    for (const { check, subject, detail } of await store.audit())
      this.violations.push(`${check}: ${subject} (${detail})`);
  }

  #scenarioOf(index: number): Scenario {
    const scenario = this.#scenarios[index % this.#stores.length];
    if (scenario === undefined) throw new Error("No store was opened.");
    return scenario;
  }

  async #submit(scenario: Scenario): Promise<void> {
    while (this.#isOn) {
      this.#count += 1;
      const id = `gen_${String(this.#count).padStart(12, "0")}`;
      const command = scenario.command({
        id,
        ownerId: `owner-${this.#count % owners}`,
        storagePrefix: id,
        initialGrant: 1_000_000,
        limits: { maxActive: null, rate: null, refunds: null },
      });
      try {
        const verdict = await scenario.store.submit(command);
        if (verdict.type === "accepted") this.accepted.set(id, command.ownerId);
        else this.violations.push(`${id} got ${verdict.type}`);
      } catch {
        this.unknownCount += 1;
        this.#unknown.push(command);
      }
    }
  }

  async #work(scenario: Scenario): Promise<void> {
    while (this.#isOn) {
      try {
        for (const claim of await scenario.claim(4)) {
          const attemptToken = globalThis.crypto.randomUUID();
          if ((await scenario.intent(claim, attemptToken)).type === "lost") continue;
          await scenario.result(claim, attemptToken);
          const verdict = await scenario.settle(claim, { type: "completed", outputs: [output()] });
          if (verdict.type === "applied") this.ended.add(claim.generation.id);
        }
      } catch {
        // The server is down; the lease expires.
        await pause(50);
      }
    }
  }
}
