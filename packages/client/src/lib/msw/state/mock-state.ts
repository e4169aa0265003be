import type { Generation, Progress, QueuePosition } from "../../contract/generation.js";
import type { QueuePlace } from "../../contract/wire.js";
import { Refusal } from "../request/refusal.js";
import type { ServerSettings } from "../server-options.js";
import { HeldRequests } from "./held-requests.js";
import { Ledger } from "./ledger.js";
import { type MockGeneration, tagOf, toWireGeneration } from "./mock-generation.js";
import { type MockInput, MockOwner } from "./mock-owner.js";
import { PlannedResponses } from "./planned-responses.js";

/** Sequences of owners start apart, so that tests detect mixed-up owners. */
const sequencesPerOwner = 1_000;

/** The state of a mock server. */
export class MockState {
  readonly settings: ServerSettings;
  readonly held = new HeldRequests();
  readonly planned = new PlannedResponses();
  /** The owner who is signed in; `null` for none. */
  owner: MockOwner | null = null;
  isOffline = false;
  /** Id of the history of all sequences. Another value means that a backup was restored. */
  timeline: string;
  /** The state that has replaced this one; `null` before a `reset`. */
  successor: MockState | null = null;
  /** Number of `breakStreams` calls. */
  breaks = 0;
  readonly #owners = new Map<string, MockOwner>();
  readonly #places = new Map<string, Pick<Progress, "queuePosition" | "queuePositionAt">>();
  #generations = 0;
  #groups = 0;
  #requests = 0;
  #inputs = 0;

  constructor(settings: ServerSettings, timeline: string) {
    this.settings = settings;
    this.timeline = timeline;
  }

  /** @throws {Refusal} unauthenticated */
  get caller(): MockOwner {
    if (this.owner === null) throw new Refusal("unauthenticated");
    return this.owner;
  }

  get isBilled(): boolean {
    return this.settings.initialGrant !== null;
  }

  signIn(name: string | null, team: string | null = null): void {
    this.owner = name === null ? null : this.#open(name);
    if (this.owner !== null) this.owner.team = team === null ? null : this.#open(`team:${team}`);
  }

  newGenerationId(): string {
    this.#generations += 1;
    return `gen_00000000-0000-7000-8000-${String(this.#generations).padStart(12, "0")}`;
  }

  newGroupId(): string {
    this.#groups += 1;
    return `grp_00000000-0000-7000-8000-${String(this.#groups).padStart(12, "0")}`;
  }

  newInputId(): string {
    this.#inputs += 1;
    return `inp_00000000-0000-7000-8000-${String(this.#inputs).padStart(12, "0")}`;
  }

  newRequestId(): string {
    this.#requests += 1;
    return `request-${this.#requests}`;
  }

  /** Owner of a generation; `undefined` if it does not exist. */
  ownerOf(id: string): MockOwner | undefined {
    return [...this.#owners.values()].find((owner) => owner.get(id)?.submitterTag === owner.tag);
  }

  /** Whether any owner has a finished output. */
  get hasOutputs(): boolean {
    return [...this.#owners.values()].some((owner) => owner.generations.some(({ outputCount }) => outputCount > 0));
  }

  /** An upload of any owner. */
  inputOf(id: string): MockInput | undefined {
    return [...this.#owners.values()].map(({ inputs }) => inputs.get(id)).find((input) => input !== undefined);
  }

  toWire(owner: MockOwner, generation: MockGeneration): Generation {
    const { basePath, flags, urlLifetimeMs } = this.settings;
    const progress = { ...generation.progress, ...this.#placeOf(generation) };
    return toWireGeneration(
      { ...generation, progress },
      { basePath, urlLifetimeMs, ownerTag: owner.tag, isBilled: this.isBilled, flags },
    );
  }

  /** The number of waiting generations of all owners. */
  get queueLength(): QueuePosition {
    return toPosition(this.#waiting.length);
  }

  /** Entity tag of a generation: its version, the age of its URLs, and its place in the queue. */
  tagOf(generation: MockGeneration): string {
    const position = this.#placeOf(generation)?.queuePosition;
    const tag = tagOf(generation, this.settings.urlLifetimeMs);
    return position === undefined ? tag : `${tag}-q${position}`;
  }

  /** The places of an owner's waiting generations. */
  queueOf(owner: MockOwner): readonly QueuePlace[] {
    return owner.active.flatMap((generation) => {
      const { id, version, expectedAt, progress } = generation;
      const place = this.#placeOf(generation);
      return place === null ? [] : [{ id, version, expectedAt, progress: { ...place, etaMs: progress.etaMs } }];
    });
  }

  /**
   * The place of a generation; `null` if it does not wait. The waiting generations of all owners are in one queue, in the
   * order of their submits. Keeps the time at which the place last changed.
   */
  #placeOf(generation: MockGeneration): Pick<Progress, "queuePosition" | "queuePositionAt"> | null {
    if (!isWaiting(generation)) return null;
    const ahead = this.#waiting.filter(({ id }) => id < generation.id).length;
    const queuePosition = toPosition(ahead);
    const known = this.#places.get(generation.id);
    if (known?.queuePosition === queuePosition) return known;
    const place = { queuePosition, queuePositionAt: new Date().toISOString() } as const;
    this.#places.set(generation.id, place);
    return place;
  }

  get #waiting(): readonly MockGeneration[] {
    return [...this.#owners.values()].flatMap(({ active, tag }) =>
      active.filter((generation) => generation.submitterTag === tag && isWaiting(generation)),
    );
  }

  #open(name: string): MockOwner {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    const owner = new MockOwner({
      tag: name,
      ledger: new Ledger(this.settings.initialGrant ?? 0),
      sequence: this.#owners.size * sequencesPerOwner,
      onChange: () => this.held.wake(),
    });
    this.#owners.set(name, owner);
    return owner;
  }
}

function isWaiting({ notBefore, status }: MockGeneration): boolean {
  return status === "pending" && !(Date.parse(notBefore ?? "") > Date.now());
}

function toPosition(ahead: number): QueuePosition {
  return ahead > 100 ? "100+" : ahead;
}
