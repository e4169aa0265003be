import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { SubmitCommand } from "../../src/lib/ports/store/store-commands.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { Scenario } from "../../src/lib/testing/store-contract/scenario.js";
import { scratchFolder } from "../scratch-folder.js";
import { type LeasedWrite, machineTimeMs } from "./kill-points.js";
import { pause } from "./pause.js";
import { type PaidRequest, startVendorServer, type VendorOptions, type VendorServer } from "./vendor-server.js";
import type { VictimMessage, VictimOptions, VictimTask } from "./victim.js";

/** What a colony is made of. */
export interface ColonyOptions extends Pick<VendorOptions, "jobMs" | "replyMs" | "isInstant"> {
  /** The bundled `victim.ts`. */
  readonly script: string;
  readonly leaseMs: number;
  /** Whether the vendor calls back when a job is done. @default false */
  readonly callsBack?: boolean;
  /** Whether writes under a lease are checked against what was known when they were sent. @default false */
  readonly checksWrites?: boolean;
}

/** A process of a colony. */
export interface Victim {
  readonly child: ChildProcess;
  readonly isReady: Promise<void>;
  /** With the signal that ended it, or its code. */
  readonly ended: Promise<string>;
  ask(task: VictimTask): void;
}

/** A submit that an owner makes, and makes again with the same key until there is an answer. */
interface Wish {
  readonly key: string;
  readonly ownerId: string;
  sentAt: number;
}

/** The epochs as they were at an instant: what is sent later with an older one must change nothing. */
interface Fence {
  readonly at: number;
  readonly epochs: ReadonlyMap<string, number>;
}

/** An owner who heard nothing for so long tries again. */
const patienceMs = 500;

const owners = ["ada", "bob", "cyd"] as const;

/**
 * Processes on one database file, with a vendor and owners that outlive them: both live here, where nobody is killed, so
 * that what was paid and what was acknowledged is known whoever dies.
 */
export class Colony {
  readonly store: Store;
  readonly vendor: VendorServer;
  readonly storageFolder: string;
  /** What owners were told that it was taken in: the owner, by the generation's id. */
  readonly acknowledged = new Map<string, string>();
  /** What owners asked to remove: it may be gone. */
  readonly removed = new Set<string>();
  readonly victims = new Set<Victim>();
  readonly violations: string[] = [];
  staleWrites = 0;
  readonly #options: ColonyOptions;
  readonly #folder: string;
  readonly #scenario: Scenario;
  readonly #idOfKey = new Map<string, string>();
  readonly #fences: Fence[] = [];
  #unanswered: Wish[] = [];
  #wishes = 0;

  static async open(options: ColonyOptions): Promise<Colony> {
    const folder = await scratchFolder();
    const store = libsqlStore({ url: pathToFileURL(join(folder, "test.db")).href });
    await store.migrate();
    const { callsBack = false, jobMs, replyMs, isInstant } = options;
    const onDone = callsBack ? (request: PaidRequest) => colony.#callBack(request) : undefined;
    const vendor = await startVendorServer({ jobMs, replyMs, isInstant, onDone });
    const colony: Colony = new Colony(options, folder, store, vendor);
    return colony;
  }

  private constructor(options: ColonyOptions, folder: string, store: Store, vendor: VendorServer) {
    this.#options = options;
    this.#folder = folder;
    this.#scenario = new Scenario(store);
    this.store = store;
    this.vendor = vendor;
    this.storageFolder = join(folder, "media");
  }

  get owners(): readonly string[] {
    return owners;
  }

  get databaseUrl(): string {
    return pathToFileURL(join(this.#folder, "test.db")).href;
  }

  /** Starts a process that dies at the given passing of a point, or not by itself; with a clock of its own, or not. */
  spawn(diesAt: string | null = null, diesAtPass = 1, aheadMs: number | null = null): Victim {
    const given: VictimOptions = {
      databaseUrl: this.databaseUrl,
      storageFolder: this.storageFolder,
      vendorUrl: this.vendor.url,
      leaseMs: this.#options.leaseMs,
      diesAt,
      diesAtPass,
      tellsWrites: this.#options.checksWrites ?? false,
      aheadMs,
    };
    const child = fork(this.#options.script, [JSON.stringify(given)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    });
    let ready = (): void => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    // Who dies before it is ready must not be waited for.
    ended.then(() => ready());
    const victim: Victim = {
      child,
      isReady,
      ended,
      ask: (task) => {
        if (child.connected) child.send(task, () => {});
      },
    };
    child.on("message", (message: VictimMessage) => {
      if (message.type === "ready") ready();
      if (message.type === "stale_write") this.staleWrites += 1;
      if (message.type === "write") this.#check(message.write);
      if (message.type === "submitted") this.#hear(message);
    });
    this.victims.add(victim);
    ended.then(() => this.victims.delete(victim));
    return victim;
  }

  /** Lets an owner submit through a process: something new, or what got no answer for a while. */
  submitThrough(victim: Victim): void {
    const now = performance.now();
    const wish = this.#unanswered.find(({ sentAt }) => now - sentAt > patienceMs) ?? this.#wish();
    if (!this.#unanswered.includes(wish)) this.#unanswered.push(wish);
    wish.sentAt = now;
    victim.ask({ type: "submit", command: this.#command(wish) });
  }

  /** Lets owners submit so many at once, with no process in between. */
  async submitDirectly(count: number): Promise<void> {
    const verdicts = Array.from({ length: count }, () => this.store.submit(this.#command(this.#wish())));
    for (const verdict of await Promise.all(verdicts)) {
      if (verdict.type === "accepted") this.acknowledged.set(verdict.generation.id, verdict.generation.ownerId);
      else this.violations.push(`a submit was answered with ${verdict.type}`);
    }
  }

  /** Sends the wishes that are left, through a process that stays. */
  async answerEverything(victim: Victim): Promise<void> {
    for (let tries = 0; this.#unanswered.length > 0 && tries < 100; tries += 1) {
      for (const wish of this.#unanswered) {
        wish.sentAt = Number.NEGATIVE_INFINITY;
        this.submitThrough(victim);
      }
      await pause(200);
    }
    if (this.#unanswered.length > 0) this.violations.push(`${this.#unanswered.length} submits were never answered`);
  }

  /** From here on no write with an older epoch than those of now may take effect. */
  async fence(): Promise<void> {
    const epochs = new Map<string, number>();
    for (const [id, ownerId] of this.acknowledged) {
      epochs.set(id, (await this.store.get({ ownerId, id }))?.epoch ?? 0);
    }
    this.#fences.push({ at: machineTimeMs(), epochs });
  }

  /** Kills what is left and lets go of the files. */
  async close(): Promise<void> {
    for (const { child, ended } of [...this.victims]) {
      child.kill("SIGKILL");
      await ended;
    }
    await this.store.close();
    await this.vendor.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #check({ command, id, epoch, sentAt }: LeasedWrite): void {
    const fence = this.#fences.findLast(({ at }) => at < sentAt);
    const newest = fence?.epochs.get(id) ?? 0;
    if (epoch < newest) this.violations.push(`${command} of ${id} took effect at epoch ${epoch}, after ${newest}`);
  }

  #wish(): Wish {
    this.#wishes += 1;
    return { key: `key-${this.#wishes}`, ownerId: owners[this.#wishes % owners.length] ?? "ada", sentAt: 0 };
  }

  /** Each sending is a command of its own: only the key says that it is the same wish. */
  #command({ key, ownerId }: Wish): SubmitCommand {
    const command = this.#scenario.command({
      id: `gen_${randomUUID()}`,
      ownerId,
      scope: key,
      storagePrefix: randomUUID(),
      initialGrant: 1_000_000,
      submission: { keyHash: key, fingerprint: "the same", keepMs: 86_400_000 },
    });
    return { ...command, limits: { ...command.limits, maxActive: 1_000_000 } };
  }

  #hear({ key, verdict }: Extract<VictimMessage, { readonly type: "submitted" }>): void {
    if (verdict.type !== "accepted" && verdict.type !== "replayed") {
      this.violations.push(`${key} was answered with ${verdict.type}`);
      return;
    }
    this.#unanswered = this.#unanswered.filter((wish) => wish.key !== key);
    // Removed meanwhile.
    if (verdict.generation === null) return;
    const { id, ownerId } = verdict.generation;
    const before = this.#idOfKey.get(key);
    if (before !== undefined && before !== id) this.violations.push(`${key} made ${before} and ${id}`);
    this.#idOfKey.set(key, id);
    this.acknowledged.set(id, ownerId);
  }

  /** Each delivery comes twice, through any two processes, as vendors do that got no answer. */
  #callBack({ attempt, generationId, token }: PaidRequest): void {
    const command = { generationId, attempt, deliveryId: token, hint: { token } };
    for (const victim of [...this.victims].slice(-2)) victim.ask({ type: "callback", command });
  }
}
