import type { AuthorizingOptions } from "../../src/lib/ledger/authorizing.js";

/** A fault of the network to the wallet. */
export type WalletFault =
  /** The request is lost: the call throws, and the wallet has received nothing. */
  | "request_lost"
  /** The response is lost: the call throws after its effect. */
  | "response_lost"
  /** The network delivers the request twice. */
  | "duplicated"
  /** The call throws at once, and the request arrives at the next `deliverLate`. */
  | "late";

/** A hold in the wallet. `taken`: the captured credits. */
interface WalletHold {
  readonly accountId: string;
  readonly credits: number;
  state: "held" | "captured" | "released";
  taken: number;
}

/**
 * A remote credit system, as a host would call it over the network. Each method is idempotent by key. A released key stays
 * released, so that a late authorization holds nothing.
 */
export class FakeWallet {
  readonly balances: Map<string, number>;
  readonly holds = new Map<string, WalletHold>();
  /** Ends that contradict an earlier one. */
  readonly violations: string[] = [];
  /** Names of the calls and their keys, in the order of their arrival. */
  readonly calls: string[] = [];
  #late: (() => void)[] = [];
  readonly #faultOf: (call: "authorize" | "capture" | "release") => WalletFault | null;

  constructor(
    balances: Readonly<Record<string, number>>,
    faultOf: (call: "authorize" | "capture" | "release") => WalletFault | null = () => null,
  ) {
    this.balances = new Map(Object.entries(balances));
    this.#faultOf = faultOf;
  }

  /** The option of `authorizing`. */
  readonly options: AuthorizingOptions = {
    authorize: (request) => this.#send("authorize", () => this.#authorize(request)),
    capture: ({ key, credits }) => this.#send("capture", () => this.#end(key, { state: "captured", taken: credits })),
    release: (release) => this.#send("release", () => this.#release(release)),
    balance: (accountId) => this.balances.get(accountId) ?? 0,
  };

  /** Delivers all requests that were late. */
  deliverLate(): void {
    for (const deliver of this.#late.splice(0)) deliver();
  }

  /** Credits of all accounts, holds and captures: never changes. */
  get total(): number {
    const held = [...this.holds.values()].reduce(
      (sum, hold) => sum + (hold.state === "held" ? hold.credits : hold.taken),
      0,
    );
    return held + [...this.balances.values()].reduce((sum, balance) => sum + balance, 0);
  }

  async #send<Result>(call: "authorize" | "capture" | "release", effect: () => Result): Promise<Result> {
    const fault = this.#faultOf(call);
    if (fault === "late") this.#late.push(effect);
    if (fault === "late" || fault === "request_lost") throw new Error(`The request of ${call} was lost.`);
    const result = effect();
    if (fault === "duplicated") effect();
    if (fault === "response_lost") throw new Error(`The response of ${call} was lost.`);
    return result;
  }

  #authorize({
    accountId,
    credits,
    key,
  }: {
    readonly accountId: string;
    readonly credits: number;
    readonly key: string;
  }) {
    this.calls.push(`authorize ${key}`);
    const available = this.balances.get(accountId) ?? 0;
    const known = this.holds.get(key);
    if (known !== undefined) {
      return known.state === "released"
        ? ({ authorized: false } as const)
        : ({ authorized: true, reference: `ref-${key}` } as const);
    }
    if (available < credits) return { authorized: false, available } as const;
    this.balances.set(accountId, available - credits);
    this.holds.set(key, { accountId, credits, state: "held", taken: 0 });
    return { authorized: true, reference: `ref-${key}` } as const;
  }

  #release({ accountId, key }: { readonly accountId: string; readonly key: string }): void {
    // A key that never arrived: remembered, so that it is refused if it arrives later.
    if (!this.holds.has(key)) this.holds.set(key, { accountId, credits: 0, state: "held", taken: 0 });
    this.#end(key, { state: "released", taken: 0 });
  }

  #end(key: string, end: { readonly state: "captured" | "released"; readonly taken: number }): void {
    this.calls.push(`${end.state} ${key}`);
    const hold = this.holds.get(key);
    if (hold === undefined) throw new Error(`Unknown hold ${key}.`);
    if (hold.state !== "held") {
      const isRepeat = hold.state === end.state && hold.taken === end.taken;
      if (!isRepeat)
        this.violations.push(`${key} is ${hold.state} of ${hold.taken}, then ${end.state} of ${end.taken}`);
      return;
    }
    Object.assign(hold, end);
    this.balances.set(hold.accountId, (this.balances.get(hold.accountId) ?? 0) + hold.credits - end.taken);
  }
}
