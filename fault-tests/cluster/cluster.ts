import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { SubmitCommand, SubmitManyCommand } from "../../packages/server/src/lib/ports/store/submit-commands.js";
import { mediaRequest } from "../../packages/server/testing/media/requested-media.js";
import { checkedRequest } from "../../packages/server/testing/media/withheld-outputs.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { openGround } from "../ground/open-ground.js";
import type { ProvingGround } from "../ground/proving-ground.js";
import { scratchFolder } from "../scratch-folder.js";
import type { ClusterOptions, ClusterProcess, Fence, PendingSubmit } from "./cluster-options.js";
import { HostWallets } from "./host-wallets.js";
import { type LeasedWrite, machineTimeMs } from "./kill-points.js";
import type { KillableProcessOptions, ProcessMessage } from "./killable-process.js";
import { pause } from "./pause.js";
import { submitUntilResponse } from "./submit-until-response.js";
import { type PaidRequest, startVendorServer, type VendorServer } from "./vendor-server.js";

/** An owner without a response repeats the submit after this time. */
const resubmitAfterMs = 500;

const owners = ["ada", "bob", "cyd"] as const;

/**
 * Processes on one database. The vendor and the owners run in this process, which is never killed. Their records of
 * paid requests and acknowledged submits therefore survive every kill.
 */
export class Cluster {
  readonly owners: readonly string[] = owners;
  readonly store: Store;
  readonly vendor: VendorServer;
  readonly storageFolder: string;
  /** Owner of each acknowledged generation, by its id. */
  readonly acknowledged = new Map<string, string>();
  /** Generations that an owner asked to delete: they may be gone. */
  readonly removed = new Set<string>();
  readonly members = new Set<ClusterProcess>();
  readonly violations: string[] = [];
  /** Each submit of a group that was sent, by its key. */
  readonly groups = new Map<string, { readonly size: number; readonly ids: Set<string> }>();
  staleWrites = 0;
  readonly #options: ClusterOptions;
  readonly #ground: ProvingGround;
  readonly #scenario: Scenario;
  readonly #idOfKey = new Map<string, string>();
  readonly #fences: Fence[] = [];
  #pending: PendingSubmit[] = [];
  #submitCount = 0;

  static async open(options: ClusterOptions): Promise<Cluster> {
    const ground = await openGround(options.ground);
    const store = ground.open();
    await store.migrate();
    if (options.hasWallets === true) await new HostWallets(ground).create(owners);
    const { sendsWebhooks = false, jobMs, responseMs, isInstant } = options;
    const onDone = sendsWebhooks ? (request: PaidRequest) => cluster.#deliverWebhook(request) : undefined;
    const vendor = await startVendorServer({ jobMs, responseMs, isInstant, onDone });
    const cluster: Cluster = new Cluster(options, { ground, store, vendor, storageFolder: await scratchFolder() });
    return cluster;
  }

  private constructor(
    options: ClusterOptions,
    given: {
      readonly ground: ProvingGround;
      readonly store: Store;
      readonly vendor: VendorServer;
      readonly storageFolder: string;
    },
  ) {
    this.#options = options;
    this.#ground = given.ground;
    this.#scenario = new Scenario(given.store);
    this.store = given.store;
    this.vendor = given.vendor;
    this.storageFolder = given.storageFolder;
  }

  get databaseUrl(): string {
    return this.#ground.url;
  }

  /**
   * Starts a process.
   *
   * @param killAt the crash point at which it kills itself; `null` for none.
   * @param options.aheadMs offset of its own clock; `null` for the machine's clock.
   * @param options.script another bundle of the process than that of the cluster.
   */
  spawn(
    killAt: string | null = null,
    {
      killAtPass = 1,
      aheadMs = null,
      script = this.#options.script,
    }: {
      readonly killAtPass?: number | undefined;
      readonly aheadMs?: number | null | undefined;
      readonly script?: string;
    } = {},
  ): ClusterProcess {
    const given: KillableProcessOptions = {
      databaseUrl: this.databaseUrl,
      storageFolder: this.storageFolder,
      vendorUrl: this.vendor.url,
      leaseMs: this.#options.leaseMs,
      ...{ limits: this.#options.limits, cancelsJobs: this.#options.abandons === true && this.members.size % 2 === 0 },
      ...{ killAt, killAtPass, hasWallets: this.#options.hasWallets === true },
      withholds: this.#options.withholds === true,
      reportsWrites: this.#options.checksWrites ?? false,
      aheadMs,
    };
    const child = fork(script, [JSON.stringify(given)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    });
    const ends = ended.then(() => {});
    const posts = (type: ProcessMessage["type"]) =>
      new Promise<void>((resolve) => {
        child.on("message", (message: ProcessMessage) => {
          if (message.type === type) resolve();
        });
      });
    const member: ClusterProcess = {
      child,
      isReady: Promise.race([posts("ready"), ends]),
      isDrained: Promise.race([posts("drained"), ends]),
      ended,
      send: (task) => {
        if (child.connected) child.send(task, () => {});
      },
    };
    child.on("message", (message: ProcessMessage) => {
      if (message.type === "stale_write") this.staleWrites += 1;
      if (message.type === "write") this.#check(message.write);
      if (message.type === "submitted") this.#recordSubmit(message);
      if (message.type === "submitted_many") this.#recordGroup(message);
    });
    this.members.add(member);
    ended.then(() => this.members.delete(member));
    return member;
  }

  /**
   * Sends an owner's submit through a process: a new one, or a repeat of one without a response.
   *
   * @param options.size number of generations of a new one: a group if more than one.
   */
  submitThrough(member: ClusterProcess, { size = 1 }: { readonly size?: number } = {}): void {
    const now = performance.now();
    const submit = this.#pending.find(({ sentAt }) => now - sentAt > resubmitAfterMs) ?? this.#newSubmit(size);
    if (!this.#pending.includes(submit)) this.#pending.push(submit);
    submit.sentAt = now;
    const command = this.#command(submit);
    member.send(
      submit.size === 1
        ? { type: "submit", command }
        : { type: "submit_many", command: this.#groupOf(command, submit.size) },
    );
  }

  /** Submits `count` generations concurrently, straight at the store. */
  async submitDirectly(count: number): Promise<void> {
    const verdicts = Array.from({ length: count }, () =>
      submitUntilResponse(this.store, this.#command(this.#newSubmit())),
    );
    for (const verdict of await Promise.all(verdicts)) {
      const generation = verdict.type === "accepted" || verdict.type === "replayed" ? verdict.generation : null;
      if (generation !== null) this.acknowledged.set(generation.id, generation.ownerId);
      else this.violations.push(`a submit got ${verdict.type}`);
    }
  }

  /** Sends all pending submits through a process that stays alive. */
  async submitPending(member: ClusterProcess): Promise<void> {
    for (let tries = 0; this.#pending.length > 0 && tries < 600; tries += 1) {
      for (const submit of this.#pending) {
        submit.sentAt = Number.NEGATIVE_INFINITY;
        this.submitThrough(member);
      }
      await pause(200);
    }
    if (this.#pending.length > 0) this.violations.push(`${this.#pending.length} submits never got a response`);
  }

  /** From now on, no write with an epoch older than the current one may take effect. */
  async fence(): Promise<void> {
    const epochs = new Map<string, number>();
    for (const [id, ownerId] of this.acknowledged) {
      epochs.set(id, (await this.store.get({ ownerId, id }))?.epoch ?? 0);
    }
    this.#fences.push({ at: machineTimeMs(), epochs });
  }

  /** Violations of the host's table of balances; none without it. Call it when all generations have ended. */
  async walletViolations(): Promise<readonly string[]> {
    return this.#options.hasWallets === true ? new HostWallets(this.#ground).violations() : [];
  }

  /** Ends one busy connection to the database. Returns whether there was one. */
  breakConnection(): Promise<boolean> {
    return this.#ground.breakConnection();
  }

  /** All rows of these tables as JSON. */
  rows(tables: readonly string[]): Promise<string> {
    return this.#ground.rows(tables);
  }

  /** Kills the remaining processes and deletes the files. */
  async close(): Promise<void> {
    for (const { child, ended } of [...this.members]) {
      child.kill("SIGKILL");
      await ended;
    }
    await this.store.close();
    await this.vendor.close();
    await this.#ground.drop();
    await rm(this.storageFolder, { recursive: true, force: true });
  }

  #check({ command, id, epoch, sentAt }: LeasedWrite): void {
    const fence = this.#fences.findLast(({ at }) => at < sentAt);
    const newest = fence?.epochs.get(id) ?? 0;
    if (epoch < newest) this.violations.push(`${command} of ${id} took effect at epoch ${epoch}, after ${newest}`);
  }

  #newSubmit(size = 1): PendingSubmit {
    this.#submitCount += 1;
    const key = `key-${this.#submitCount}`;
    if (size > 1) this.groups.set(key, { size, ids: new Set() });
    return { key, ownerId: owners[this.#submitCount % owners.length] ?? "ada", size, sentAt: 0 };
  }

  #groupOf({ retryOf: _, ...command }: SubmitCommand, size: number): SubmitManyCommand {
    const item = () => ({ ...command, id: `gen_${randomUUID()}`, storagePrefix: randomUUID() });
    return { ...command, groupId: `grp_${randomUUID()}`, items: [item(), ...Array.from({ length: size - 1 }, item)] };
  }

  #recordGroup({ key, ownerId, verdict, ids }: Extract<ProcessMessage, { readonly type: "submitted_many" }>): void {
    const group = this.groups.get(key);
    if (group === undefined || (verdict !== "accepted" && verdict !== "replayed")) {
      this.violations.push(`${key} got ${verdict}`);
      return;
    }
    this.#pending = this.#pending.filter((submit) => submit.key !== key);
    for (const id of ids) {
      group.ids.add(id);
      this.acknowledged.set(id, ownerId);
    }
  }

  /** Each send is a new command; only the key marks it as a repeat. */
  #command({ key, ownerId }: PendingSubmit): SubmitCommand {
    const index = Number(key.slice("key-".length));
    const command = this.#scenario.command({
      ...(this.#options.withholds ? checkedRequest : mediaRequest)(index),
      id: `gen_${randomUUID()}`,
      ownerId,
      scope: key,
      storagePrefix: randomUUID(),
      initialGrant: 1_000_000,
      gate: this.#options.limits === undefined ? null : "vendor",
      ...(this.#options.hasWallets && index % 2 === 0 && { hold: "same_database" }),
      ...(this.#options.abandons && { dropOnCancel: true, ...(index % 3 === 0 && { deadlineMs: 1_500 }) }),
      // Some expire while workers claim them.
      expiresAfterMs: this.#options.expires === true && index % 4 === 0 ? 300 : null,
      idempotencyKey: { keyHash: key, fingerprint: "the same", keepMs: 86_400_000 },
    });
    return { ...command, limits: { ...command.limits, maxActive: 1_000_000 } };
  }

  #recordSubmit({ key, verdict }: Extract<ProcessMessage, { readonly type: "submitted" }>): void {
    if (verdict.type !== "accepted" && verdict.type !== "replayed") {
      this.violations.push(`${key} got ${verdict.type}`);
      return;
    }
    this.#pending = this.#pending.filter((submit) => submit.key !== key);
    // The generation was deleted before the repeat arrived.
    if (verdict.generation === null) return;
    const { id, ownerId } = verdict.generation;
    const before = this.#idOfKey.get(key);
    if (before !== undefined && before !== id) this.violations.push(`${key} created ${before} and ${id}`);
    this.#idOfKey.set(key, id);
    this.acknowledged.set(id, ownerId);
  }

  /** Delivers each webhook twice, through any two processes, as a vendor without a response does. */
  #deliverWebhook({ attempt, generationId, token }: PaidRequest): void {
    const command = { generationId, attempt, deliveryId: token, operationHint: { token } };
    for (const member of [...this.members].slice(-2)) member.send({ type: "webhook", command });
  }
}
