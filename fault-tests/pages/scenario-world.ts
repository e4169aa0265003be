import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { VirtualTime } from "../../packages/server/testing/simulation/virtual-time.js";
import type { Act, RestoreAct } from "./scenario.js";
import { lateMessageMs, VirtualChannels } from "./virtual-channels.js";
import { VirtualLocks } from "./virtual-locks.js";
import { type VirtualBrowser, VirtualPage } from "./virtual-page.js";
import { VirtualServer } from "./virtual-server.js";

const maxPages = 5;
/** A page that is looked at knows a change within this time, even if the leader hangs. */
const maxDelayMs = 12_000;
/** If a proxy collects streams, a page finds out within this time, twice. */
const maxCollectedMs = 12_000;
/** After an outage, a page tries again within this time. */
const maxBackoffMs = 40_000;
/** A page detects a stalled response within this time. */
const maxSilenceMs = 45_000;
/** After the leader's end, another page reads the server within this time. */
const takeOverMs = 2_000;
/** The server takes a replica that is further behind for a restored backup. */
const maxReplicaLagMs = 1_800;
/** Messages around a restore are lost or late for this time. */
const restoreMessagesMs = 500;

type ServerFault = "server" | "flicker" | "cut" | "mute" | "collect" | "cut_held" | "lag";

/** A browser with its pages, the server, and the faults that are in effect. */
export class ScenarioWorld {
  readonly time = new VirtualTime();
  readonly server: VirtualServer;
  readonly locks = new VirtualLocks();
  readonly channels: VirtualChannels;
  readonly pages: VirtualPage[] = [];
  /** Pages that were closed or crashed. */
  readonly gone: VirtualPage[] = [];
  readonly violations: string[] = [];
  readonly #browser: VirtualBrowser;
  /** Since when no fault delays a change, unless one does now. */
  #calmSince = 0;
  #disturbances = 0;
  #mayGoBack = false;

  constructor(seed: number) {
    const { clock } = this.time;
    const random = new SeededRandom(seed);
    this.server = new VirtualServer(clock, random);
    this.channels = new VirtualChannels(clock, random);
    const isCalm = (): boolean => this.server.isReachable && this.pages.every(({ isOnline }) => isOnline);
    this.#browser = {
      clock,
      random,
      server: this.server,
      locks: this.locks,
      channels: this.channels,
      calmSince: () => (isCalm() ? this.#calmSince : Infinity),
      maxDelayMs: () => maxDelayMs + (this.server.isCollecting ? maxCollectedMs : 0),
      mayGoBack: () => this.#mayGoBack,
    };
  }

  open(): void {
    const { length } = this.pages;
    if (length < maxPages) this.pages.push(new VirtualPage(`page ${length + this.gone.length}`, this.#browser));
  }

  /** The page that holds the lock; the first one if none does. */
  get leader(): VirtualPage {
    const holders = this.locks.holders();
    return this.pages.find((page) => holders.includes(page)) ?? this.#pageAt(0);
  }

  /** Adds a violation for each page that misses a change for too long. */
  checkDelays(): void {
    for (const page of this.pages) page.view.checkDelay(page.calmSince);
  }

  async play(act: Act): Promise<void> {
    this.checkDelays();
    await this.#play(act);
    // The pages react to each event before the next one.
    await this.time.pass(0);
  }

  /** Closes or crashes a page, unless it is the last one. */
  end(page: VirtualPage, { isKilled }: { readonly isKilled: boolean }): void {
    if (this.pages.length === 1) return;
    this.#expectTakeOver(page);
    this.pages.splice(this.pages.indexOf(page), 1);
    this.gone.push(page);
    if (isKilled) page.kill();
    else page.leave();
  }

  /** Ends all faults. */
  async endFaults(): Promise<void> {
    this.server.setUp(true);
    this.server.flicker(false);
    this.server.collect(false);
    this.server.cutHeld(false);
    this.server.setLag(0);
    this.server.signIn(this.server.session ?? this.server.owners[0]);
    this.locks.share(false);
    for (const page of this.pages) {
      await page.sleep(false);
      page.stop(false);
      page.setNetwork(true);
      page.hide(false);
    }
    this.#disturb(maxBackoffMs);
  }

  change(generation: number): void {
    this.#commit(() => this.server.session?.change(`gen_${generation}`));
  }

  async #play(act: Act): Promise<void> {
    switch (act.type) {
      case "change":
        return this.change(act.generation);
      case "delete":
        return this.#commit(() => this.server.session?.delete(`gen_${act.generation}`));
      case "open":
        this.open();
        // The page loads.
        return this.time.pass(1);
      case "close":
      case "kill":
        return this.end(this.#pageAt(act.page), { isKilled: act.type === "kill" });
      case "hide":
      case "network":
      case "sleep":
      case "hang":
      case "set_clock":
        return this.#disturbPage(this.#pageAt(act.page), act);
      case "sign_in":
        this.server.signIn(this.server.owners[act.owner]);
        this.#pageAt(act.page).signedIn();
        return this.time.pass(1);
      case "sign_out":
        return this.server.signIn(null);
      case "transfer":
        return this.#transfer();
      case "lose":
        this.channels.lose(act.milliseconds);
        return this.#disturb(act.milliseconds);
      case "delay":
        this.channels.delay(act.milliseconds);
        return this.#disturb(act.milliseconds + lateMessageMs);
      case "two_leaders":
        this.locks.share(true);
        return this.#disturb();
      case "back_up":
        return this.server.backUp();
      case "restore":
        return this.#restore(act);
      case "pass":
        return this.time.pass(act.milliseconds);
      default:
        return this.#disturb(this.#disturbServer(act));
    }
  }

  async #disturbPage(page: VirtualPage, act: Act): Promise<void> {
    if (act.type === "set_clock") return page.setClock(act.aheadMs);
    this.#disturb();
    if (act.type === "hide") page.hide();
    else if (act.type === "network") page.setNetwork();
    else if (act.type === "hang") page.stop();
    else if (act.type === "sleep") {
      if (page.isRunning) this.#expectTakeOver(page);
      await page.sleep();
    }
  }

  /** @returns for how long the fault may delay a change after it has ended. */
  #disturbServer(act: Extract<Act, { readonly type: ServerFault }>): number {
    switch (act.type) {
      case "server":
        this.server.setUp();
        return maxBackoffMs;
      case "flicker":
        this.server.flicker();
        return maxBackoffMs;
      case "cut":
        this.server.cut();
        return 0;
      case "mute":
        this.server.mute();
        return maxSilenceMs;
      case "collect":
        this.server.collect();
        return maxCollectedMs;
      case "cut_held":
        this.server.cutHeld();
        return 0;
      case "lag":
        this.#mayGoBack ||= act.milliseconds > maxReplicaLagMs;
        this.server.setLag(act.milliseconds);
        return act.milliseconds;
    }
  }

  #transfer(): void {
    const { owners, session } = this.server;
    const other = owners.find((owner) => owner !== session);
    if (other !== undefined) this.#commit(() => session?.transferTo(other));
  }

  async #restore({ messages, ...options }: RestoreAct): Promise<void> {
    if (messages !== "arrive") this.channels[messages](restoreMessagesMs);
    this.server.restore(options);
    for (const { view } of this.pages) view.restored();
    this.#disturb(restoreMessagesMs + lateMessageMs);
    // The time of a response tells whether it is older than the restore.
    await this.time.pass(1);
  }

  #commit(work: () => void): void {
    this.server.commit(work);
    for (const { view } of this.pages) view.compare();
  }

  /** Another page that waits for the lock of this one must read the server soon. */
  #expectTakeOver(leader: VirtualPage): void {
    const others = this.pages.filter((page) => page !== leader);
    const next = this.locks.waitingFor(leader);
    const isExpected =
      others.every((page) => page.isRunning && page.calmSince < Infinity) && others.some((page) => next.includes(page));
    this.#disturb();
    if (!isExpected || !others.every(({ calmSince }) => calmSince <= this.time.clock.now())) return;
    const [disturbances, { requests }] = [this.#disturbances, this.server];
    this.time.clock.setTimer(takeOverMs, () => {
      // Another fault since then may delay it.
      if (this.#disturbances > disturbances) return;
      if (this.server.requests === requests && this.server.connections === 0) {
        this.violations.push(`no page reads the server ${takeOverMs} ms after the end of ${leader.name}`);
      }
    });
  }

  /** Measures from now on, or from some time after, how late a page is. */
  #disturb(delayMs = 0): void {
    this.#disturbances += 1;
    this.#calmSince = Math.max(this.#calmSince, this.time.clock.now() + delayMs);
  }

  #pageAt(index: number): VirtualPage {
    const page = this.pages[index % this.pages.length];
    if (page === undefined) throw new Error("No page is open.");
    return page;
  }
}
