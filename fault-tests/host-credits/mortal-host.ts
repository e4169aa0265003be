import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { authorizing } from "../../packages/server/src/lib/ledger/authorizing.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { Logger } from "../../packages/server/src/lib/ports/logger.js";
import type { Storage } from "../../packages/server/src/lib/ports/storage.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { FakeWallet } from "../../packages/server/testing/fakes/fake-wallet.js";
import { done, scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";

/** The input of the model: its outputs, each for `creditsPerOutput`, and how the vendor's job ends. */
export interface WalletInput {
  readonly outputs: number;
  readonly ending: "complete" | "partial" | "fail";
}

const creditsPerOutput = 5;

/** The parts of a host that outlive its process. */
export interface MortalHostOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly wallet: FakeWallet;
  readonly clock: Clock;
  /** Called before and after each command of the store and each call to the wallet. Returns whether the process dies there. */
  readonly diesAt: (point: string) => boolean;
}

/** Methods of the store that are not commands: they are synchronous, or end the store. */
const synchronous: readonly (string | symbol)[] = ["onForeignCommit", "release", "close"];

/**
 * A server process that dies at a point, like SIGKILL: from then on, its calls of the store and of the wallet neither take effect
 * nor settle.
 */
export class MortalHost {
  readonly safelight;
  /** Resolves when the process dies. */
  readonly death: Promise<"died">;
  isAlive = true;
  #resolveDeath: (outcome: "died") => void = () => {};
  readonly #diesAt: MortalHostOptions["diesAt"];

  constructor({ clock, diesAt, storage, store, wallet }: MortalHostOptions) {
    this.#diesAt = diesAt;
    this.death = new Promise((resolve) => {
      this.#resolveDeath = resolve;
    });
    const { authorize, balance, capture, release } = wallet.options;
    this.safelight = createSafelight({
      store: this.#mortal(store),
      storage,
      clock,
      logger: silent,
      identify: () => null,
      secret: "a secret that is long enough for tests",
      limits: { rate: false, maxActive: 4, refunds: false },
      scaler: false,
      provenance: false,
      credits: authorizing({
        authorize: (request) => this.#call("authorize", async () => authorize(request)),
        capture: (request) => this.#call("capture", async () => capture(request)),
        release: (request) => this.#call("release", async () => release(request)),
        balance,
      }),
      models: {
        demo: defineModel({
          provider: scriptedProvider<WalletInput>({ poll: [({ input }) => resultOf(input)] }),
          input: anything,
          outputs: ({ outputs }) => outputs,
          credits: ({ outputs }) => outputs * creditsPerOutput,
          refunds: { missing: 80, content_rejected: 50 },
        }),
      },
    });
  }

  kill(): void {
    this.isAlive = false;
    this.#resolveDeath("died");
  }

  #mortal(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== "function" || synchronous.includes(name)) return value;
        return (...args: unknown[]) => this.#call(String(name), async () => Reflect.apply(value, target, args));
      },
    });
  }

  async #call<Result>(name: string, send: () => Promise<Result>): Promise<Result> {
    await this.#pass(`before ${name}`);
    try {
      return await send();
    } finally {
      await this.#pass(`after ${name}`);
    }
  }

  async #pass(point: string): Promise<void> {
    if (this.isAlive && this.#diesAt(point)) this.kill();
    if (!this.isAlive) await new Promise(() => {});
  }
}

function resultOf({ ending, outputs }: WalletInput) {
  if (ending === "fail") {
    return { type: "failed", failure: { code: "content_blocked", message: "The vendor blocks it." } } as const;
  }
  return done(...Array.from({ length: ending === "partial" ? 1 : outputs }, (_, shade) => shade));
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A schema that accepts every input. */
const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value: value as WalletInput }) },
} as const;
