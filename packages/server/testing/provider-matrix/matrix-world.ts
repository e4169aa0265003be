import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSafelight } from "../../src/lib/compose/create-safelight.js";
import type { Safelight } from "../../src/lib/compose/safelight.js";
import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import { type GenerationState, isTerminalState } from "../../src/lib/generation/generation-state.js";
import { defineModel, definitionsOf, type InferModels, type Models } from "../../src/lib/model/define-model.js";
import { gateLimitsOf } from "../../src/lib/model/gate-limits.js";
import type { Logger } from "../../src/lib/ports/logger.js";
import type { Provider } from "../../src/lib/ports/provider.js";
import type { GateLimit } from "../../src/lib/ports/store/gate-limit.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { createKeyRing } from "../../src/lib/signing/key-ring.js";
import { createWebhookUrls } from "../../src/lib/signing/webhook-urls.js";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { outboxTopics } from "../../src/lib/worker/outbox/drain-outbox.js";
import { copyMigrated } from "../copy-migrated.js";
import { anyInput } from "../fakes/any-input.js";
import { fakeClock } from "../fakes/fake-clock.js";
import type { FakeVendor } from "../vendors/fake-vendor.js";
import { type ServedVendor, serveVendor } from "../vendors/serve-vendor.js";
import { type AttemptRecord, recordAttempts } from "./attempt-record.js";
import { type ForeignLinks, withForeignLinks } from "./foreign-links.js";
import { KillableProcess } from "./killable-process.js";
import { initialGrant, pricePerImage, prompt } from "./matrix-constants.js";
import { MatrixProcess } from "./matrix-process.js";
import type { MatrixSubject } from "./subject.js";
import { VendorTransport } from "./vendor-transport.js";

/** Options of a world. */
export interface WorldOptions {
  /** Whether the server has a public URL, so that vendors send webhooks. @default false */
  readonly hasWebhooks?: boolean;
  /** Whether the vendor is unreachable. @default false */
  readonly isVendorDown?: boolean;
  /** Whether each link in a response leads to another host name. @default false */
  readonly hasForeignLinks?: boolean;
}

const publicUrl = "https://host.example";
const basePath = "/api/generations";
const secret = "a secret that is long enough for tests";
const owner = "ann";

/** Dependencies of a world. */
interface WorldDeps {
  readonly folder: string;
  readonly vendor: FakeVendor;
  readonly served: ServedVendor;
  readonly links: ForeignLinks;
}

/** A vendor on a real port, a server on a real database file, and worker processes that can die. */
export class MatrixWorld {
  readonly clock = fakeClock();
  readonly storage = memoryStorage();
  /** Log lines as JSON. */
  readonly log: string[] = [];
  readonly attempts: AttemptRecord[] = [];
  readonly connections = new Set<string>();
  readonly ids: string[] = [];
  /** Crash points that processes passed, in order. */
  readonly passedPoints: string[] = [];
  readonly line: VendorTransport;
  readonly vendor: FakeVendor;
  readonly store: Store;
  /** Number of crash points that the process survives. */
  remainingCrashPoints = Number.POSITIVE_INFINITY;
  /** Crash point of the last dead process; `null` if none died. */
  crashedAt: string | null = null;
  /** Called before an output is stored. */
  onStoring: () => Promise<void> = async () => {};
  readonly #subject: MatrixSubject<unknown>;
  readonly #options: WorldOptions;
  readonly #folder: string;
  readonly #served: ServedVendor;
  readonly #links: ForeignLinks;
  readonly #limits: readonly GateLimit[];
  readonly #safelight: Safelight<InferModels<Models>>;
  readonly #stores: Store[] = [];
  #process: MatrixProcess | null = null;
  #tokens = 0;

  private constructor(subject: MatrixSubject<unknown>, options: WorldOptions, deps: WorldDeps) {
    this.#subject = subject;
    this.#options = options;
    this.#folder = deps.folder;
    this.#served = deps.served;
    this.vendor = deps.vendor;
    this.#links = deps.links;
    this.line = new VendorTransport(deps.vendor);
    this.store = this.#openStore();
    const models = this.#models(new KillableProcess(), () => {});
    this.#limits = gateLimitsOf(definitionsOf(models));
    this.#safelight = createSafelight({
      store: this.#openStore(),
      storage: this.storage,
      identify: () => owner,
      models,
      secret,
      credits: { initialGrant },
      limits: { rate: false, refunds: false, maxActive: 1_000 },
      clock: this.clock,
      logger: this.#logger,
      ...(options.hasWebhooks === true && { publicUrl }),
    });
  }

  static async open(subject: MatrixSubject<unknown>, options: WorldOptions): Promise<MatrixWorld> {
    const vendor = subject.createVendor();
    const links = { away: 0 };
    const served = await serveVendor(options.hasForeignLinks === true ? withForeignLinks(vendor, links) : vendor);
    if (options.isVendorDown === true) await served.close();
    const folder = mkdtempSync(join(tmpdir(), "safelight-matrix-"));
    await copyMigrated(join(folder, "test.db"));
    const world = new MatrixWorld(subject, options, { folder, vendor, served, links });
    await world.store.migrate();
    return world;
  }

  /** Number of links to another host name. */
  get foreignLinks(): number {
    return this.#links.away;
  }

  get origin(): string {
    return this.#served.origin;
  }

  /** Returns the generation id. */
  async submit(images: 1 | 2 = 1): Promise<string> {
    const { input, inputForTwo } = this.#subject;
    const [model, make] = images === 1 ? ["single", input] : ["pair", inputForTwo ?? input];
    const body = JSON.stringify({ model, input: make(prompt) });
    const response = await this.#request("POST", "", body);
    // The body of a submit response, by the contract.
    const { generation } = (await response.json()) as { readonly generation?: { readonly id: string } };
    if (generation === undefined) throw new Error(`The submit got the status ${response.status}.`);
    this.ids.push(generation.id);
    return generation.id;
  }

  async cancel(id: string): Promise<void> {
    const response = await this.#request("POST", `/${id}/cancel`);
    if (!response.ok) throw new Error(`The cancel got the status ${response.status}.`);
  }

  /** Delivers a webhook to the server and returns the status. */
  deliver = async (request: Request): Promise<number> => {
    const response = await this.#safelight.handler(request);
    await response.body?.cancel();
    return response.status;
  };

  async generation(id: string): Promise<GenerationRecord> {
    const generation = await this.store.get({ ownerId: owner, id });
    if (generation === null) throw new Error(`No generation ${id}.`);
    return generation;
  }

  async balance(): Promise<number | null> {
    return (await this.store.listCredits({ accountId: owner, limit: 1, before: null })).balance;
  }

  /** Runs one step of the due work in a live process. */
  async step(): Promise<void> {
    if (this.#process?.isAlive !== true) this.#process = this.#startProcess();
    await this.#process.step();
  }

  /** Advances the clock to the next due work and runs it. Returns `false` if nothing is left. */
  async nextStep(): Promise<boolean> {
    const query = { models: ["single", "pair"], topics: outboxTopics, limits: this.#limits };
    const dueInMs = await this.store.nextDueInMs(query);
    if (dueInMs === null) return false;
    this.clock.skip(dueInMs);
    await this.step();
    return true;
  }

  /** Runs until the generation is in `state` or has ended. */
  async runTo(id: string, state: GenerationState | null): Promise<GenerationRecord> {
    for (let steps = 0; steps < 300; steps += 1) {
      const generation = await this.generation(id);
      if (generation.state === state || isTerminalState(generation.state)) return generation;
      if (!(await this.nextStep())) throw new Error(`Nothing is due, and the generation is ${generation.state}.`);
    }
    throw new Error(`The generation did not reach ${state ?? "its end"} in 300 steps.`);
  }

  runToEnd(id: string): Promise<GenerationRecord> {
    return this.runTo(id, null);
  }

  /** Runs until nothing is due. */
  async runToRest(): Promise<boolean> {
    for (let steps = 0; steps < 100; steps += 1) if (!(await this.nextStep())) return true;
    return false;
  }

  async close(): Promise<void> {
    this.#process?.kill();
    await this.#safelight.close();
    for (const store of this.#stores) await store.close();
    if (this.#options.isVendorDown !== true) await this.#served.close();
    rmSync(this.#folder, { recursive: true });
  }

  async #request(method: string, path: string, body?: string): Promise<Response> {
    const headers = { "content-type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body }) };
    return this.#safelight.handler(new Request(`${publicUrl}${basePath}${path}`, init));
  }

  #startProcess(): MatrixProcess {
    const onCrashPoint = (point: string): void => {
      this.passedPoints.push(point);
      this.remainingCrashPoints -= 1;
      if (this.remainingCrashPoints >= 0) return;
      this.remainingCrashPoints = Number.POSITIVE_INFINITY;
      this.crashedAt = point;
      this.#process?.kill();
    };
    const base = this.#options.hasWebhooks === true ? `${publicUrl}${basePath}` : null;
    const webhookUrls = createWebhookUrls({ base, keyRing: createKeyRing(async () => [secret]) });
    return new MatrixProcess({
      store: this.#openStore(),
      storage: this.storage,
      models: (process) => this.#models(process, onCrashPoint),
      clock: this.clock,
      logger: this.#logger,
      createToken: () => {
        this.#tokens += 1;
        return `token-${String(this.#tokens).padStart(8, "0")}-${crypto.randomUUID()}`;
      },
      webhookUrlOf: webhookUrls.urlOf,
      onCrashPoint,
      onStoring: () => this.onStoring(),
      onConnection: (host) => this.connections.add(host),
    });
  }

  #models(process: KillableProcess, onCrashPoint: (point: string) => void): Models {
    const opened: Provider<unknown> = this.#subject.open({
      apiKey: "the-key",
      baseUrl: this.origin,
      mediaHosts: [this.origin],
      fetch: this.line.fetchOf(process, onCrashPoint),
      now: this.clock.now,
    });
    const { now } = this.clock;
    const provider = recordAttempts(opened, this.attempts, { now, runAs: this.line.runAs });
    const common = { kind: this.#subject.kind ?? "image", provider, input: anyInput } as const;
    return {
      single: defineModel({ ...common, credits: pricePerImage }),
      pair: defineModel({ ...common, credits: 2 * pricePerImage, outputs: 2 }),
    };
  }

  #openStore(): Store {
    const store = libsqlStore({
      url: `file:${join(this.#folder, "test.db")}`,
      now: this.clock.now,
      synchronous: "normal",
    });
    this.#stores.push(store);
    return store;
  }

  readonly #logger: Logger = {
    debug: (...line) => this.#note(line),
    info: (...line) => this.#note(line),
    warn: (...line) => this.#note(line),
    error: (...line) => this.#note(line),
  };

  #note(line: readonly unknown[]): void {
    this.log.push(JSON.stringify(line));
  }
}
