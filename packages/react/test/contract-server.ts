import type {
  ActiveChangesResponse,
  ActiveResponse,
  FailureCode,
  Generation,
  Json,
  LedgerEntry,
} from "@safelight/client/contract";
import { failures, isTerminal } from "@safelight/client/contract";
import { json, pageOf, problem, signUrls } from "./answers.js";
import { ContractNotices } from "./contract-notices.js";
import type { Interception, SeenRequest } from "./contract-requests.js";
import { completed, credits, fieldsOf, makeGeneration } from "./generations.js";

/** A server of one owner at a time that speaks the wire contract in memory, with hands on its progress. */
export class ContractServer {
  readonly requests: SeenRequest[] = [];
  ownerTag: string | null = "owner-a";
  sequence = 0;
  generations = new Map<string, Generation>();
  deleted = new Map<string, number>();
  entries: LedgerEntry[] = [];
  /** How long the URLs of an answer hold; `null` where they hold for ever. */
  urlsHoldMs: number | null = null;
  readonly #notices = new ContractNotices();
  readonly #keys = new Map<string, { id: string; body: string }>();
  readonly #interceptions: Interception[] = [];
  readonly #waiters = new Set<() => void>();
  #created = 0;

  constructor() {
    this.#post("grant", 100, null);
  }

  get balance(): number {
    return this.entries.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Requests whose method and path start so, such as `"POST /"` or `"GET /active"`. */
  seen(prefix: string): SeenRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(prefix));
  }

  /** The next request of this kind meets the interception. */
  intercept(prefix: string, interception: Omit<Interception, "matches">): void {
    this.#interceptions.push({
      ...interception,
      matches: ({ method, path }) => `${method} ${path}`.startsWith(prefix),
    });
  }

  /** Another owner signs in: empty gallery, same server. */
  signInAs(ownerTag: string | null): void {
    this.becomeOwnedBy(ownerTag);
    this.letGo();
  }

  /** As `signInAs`, and nobody is told. */
  becomeOwnedBy(ownerTag: string | null): void {
    this.ownerTag = ownerTag;
    this.generations = new Map();
    this.deleted = new Map();
    this.sequence = 0;
    this.entries = [];
    this.#post("grant", 100, null);
  }

  /** Answers what is held. */
  letGo(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** Comes back from a backup that is older than what the pages know. */
  restart(): void {
    this.sequence = 0;
    this.letGo();
  }

  /** Submits as another device would. */
  submit(model = "flux", options: { scope?: string; input?: Json; retryOf?: string } = {}): Generation {
    this.#created += 1;
    const id = `gen_${String(this.#created).padStart(12, "0")}`;
    this.#post("debit", -credits, id);
    const { scope = null, input = { prompt: "a lamp" }, retryOf = null } = options;
    return this.#write(makeGeneration(id, { version: 0, model, scope, input, retryOf }));
  }

  progress(id: string, value: number): Generation {
    const old = this.get(id);
    return this.#write({
      ...fieldsOf(old),
      status: "processing",
      startedAt: old.startedAt ?? new Date().toISOString(),
      progress: { ...old.progress, value, source: "provider" },
    });
  }

  complete(id: string): Generation {
    this.#post("capture", 0, id);
    return this.#write(completed(this.get(id)));
  }

  fail(id: string, code: FailureCode = "content_rejected"): Generation {
    this.#post("refund", credits, id);
    return this.#write({
      ...fieldsOf(this.get(id)),
      status: "failed",
      finishedAt: new Date().toISOString(),
      refundedCredits: credits,
      error: { code, ...failures[code] },
    });
  }

  cancel(id: string): Generation {
    if (isTerminal(this.get(id))) return this.get(id);
    this.#post("refund", credits, id);
    const at = new Date().toISOString();
    return this.#write({ ...fieldsOf(this.get(id)), status: "canceled", finishedAt: at, refundedCredits: credits });
  }

  markSeen(id: string): void {
    this.#write({ ...this.get(id), seenAt: new Date().toISOString() });
  }

  delete(id: string): void {
    this.generations.delete(id);
    this.sequence += 1;
    this.deleted.set(id, this.sequence);
    this.letGo();
  }

  get(id: string): Generation {
    const generation = this.generations.get(id);
    if (generation === undefined) throw new Error(`no generation ${id}`);
    return generation;
  }

  /** Requests that are being held by a long poll right now. */
  get held(): number {
    return this.#waiters.size;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const text = await request.text();
    const seen: SeenRequest = {
      method: request.method,
      path: `${url.pathname.replace(/^.*\/api\/generations\/?/, "/")}${url.search}`,
      key: request.headers.get("idempotency-key"),
      body: text === "" ? null : JSON.parse(text),
    };
    // As a server that is older than streams of events; no request of a page counts on one.
    if (seen.path.startsWith("/events")) return problem("not_found");
    this.requests.push(seen);
    const index = this.#interceptions.findIndex(({ matches }) => matches(seen));
    const interception = index < 0 ? undefined : this.#interceptions.splice(index, 1)[0];
    interception?.onRequest?.();
    await interception?.before;
    request.signal.throwIfAborted();
    if (interception?.refuse !== undefined) return interception.refuse();
    const response = await signUrls(await this.#serve(seen, url, text, request.signal), this.urlsHoldMs);
    interception?.onServed?.();
    await interception?.after;
    return interception?.answer?.() ?? response;
  };

  async #serve(request: SeenRequest, url: URL, text: string, signal: AbortSignal): Promise<Response> {
    const { balance, entries, ownerTag } = this;
    if (ownerTag === null) return problem("unauthenticated");
    const [, first = "", second = ""] = request.path.split("?", 1)[0]?.split("/") ?? [];
    switch (`${request.method} /${first.startsWith("gen_") ? ":id" : first}${second === "" ? "" : `/${second}`}`) {
      case "GET /active":
        return this.#active(url, signal);
      case "GET /": {
        const page = pageOf([...this.generations.values()].reverse(), url.searchParams);
        return json({ ...page, sequence: this.sequence, ownerTag });
      }
      case "POST /":
        return this.#once(request, text, () =>
          // The body was written by the client under test; a wrong one fails the test that sent it.
          this.submit(request.body?.model as string, { ...(request.body as { scope?: string; input: Json }) }),
        );
      case "POST /:id/retry": {
        const old = this.get(first);
        const scope = old.scope === null ? {} : { scope: old.scope };
        return this.#once(request, text, () => this.submit(old.model, { input: old.input, retryOf: old.id, ...scope }));
      }
      case "GET /:id":
        return this.generations.has(first) ? json({ generation: this.get(first) }) : problem("not_found");
      case "POST /:id/cancel":
        return json({ generation: this.cancel(first) });
      case "POST /seen":
        for (const id of (request.body?.ids ?? []) as string[]) this.markSeen(id);
        return json({});
      case "POST /notices/claim":
        return json({ generations: this.#notices.claim(String(request.body?.claim), [...this.generations.values()]) });
      case "POST /notices/confirm":
        this.#notices.confirm(request.body?.claim, (request.body?.ids ?? []) as string[]);
        return new Response(null, { status: 204 });
      case "GET /credits":
        return json({ balance, entries: [...entries].reverse(), nextCursor: null, ownerTag });
      case "DELETE /:id":
        this.delete(first);
        return new Response(null, { status: 204 });
      default:
        throw new Error(`unexpected request ${request.method} ${request.path}`);
    }
  }

  async #active(url: URL, signal: AbortSignal): Promise<Response> {
    const after = url.searchParams.get("after");
    if (after === null) return json(this.active());
    const tag = this.ownerTag;
    const waitMs = Number(url.searchParams.get("wait") ?? 0) * 1_000;
    if (Number(after) === this.sequence && waitMs > 0) {
      await new Promise<void>((resolve, reject) => {
        const settle = () => {
          this.#waiters.delete(settle);
          clearTimeout(timer);
          if (signal.aborted) reject(signal.reason);
          else resolve();
        };
        const timer = setTimeout(settle, waitMs);
        this.#waiters.add(settle);
        signal.addEventListener("abort", settle, { once: true });
      });
      if (Number(after) === this.sequence && tag === this.ownerTag) return new Response(null, { status: 204 });
    }
    if (this.ownerTag === null) return problem("unauthenticated");
    const changed = [...this.generations.values()].filter(({ sequence }) => sequence > Number(after));
    const deleted = [...this.deleted].map(([id, sequence]) => ({ id, sequence }));
    return json({
      ...this.active(),
      changed: changed.sort((left, right) => left.sequence - right.sequence),
      deleted: deleted.filter(({ sequence }) => sequence > Number(after)),
      resync: Number(after) > this.sequence || tag !== this.ownerTag,
    } satisfies ActiveChangesResponse);
  }

  /** What `GET /active` answers, and what `safelight.api.active` does on a server. */
  active(): ActiveResponse {
    const all = [...this.generations.values()].reverse();
    const unseen = all.filter((generation) => isTerminal(generation) && generation.seenAt === null);
    return {
      generations: all.filter((generation) => !isTerminal(generation)),
      unseen: unseen.slice(0, 20),
      unseenCount: unseen.length,
      sequence: this.sequence,
      ownerTag: this.ownerTag ?? "",
      serverTime: new Date().toISOString(),
      pollAfterMs: 1_000,
    };
  }

  /** One effect per idempotency key. */
  #once(request: SeenRequest, text: string, effect: () => Generation): Response {
    const key = request.key ?? `none-${this.requests.length}`;
    const body = `${request.path} ${text}`;
    const known = this.#keys.get(key);
    if (known !== undefined && known.body !== body) return problem("idempotency_mismatch");
    if (known === undefined && this.balance < credits) return problem("insufficient_credits");
    const id = known?.id ?? effect().id;
    this.#keys.set(key, { id, body });
    return json({ generation: this.get(id), credits: { balance: this.balance } }, known === undefined ? 202 : 200);
  }

  #write(generation: Generation): Generation {
    this.sequence += 1;
    const written = {
      ...generation,
      version: generation.version + 1,
      sequence: this.sequence,
      ownerTag: this.ownerTag ?? "",
    };
    this.generations.set(generation.id, written);
    this.letGo();
    return written;
  }

  #post(kind: LedgerEntry["kind"], amount: number, generationId: string | null): void {
    const id = `entry-${this.entries.length}`;
    this.entries.push({ id, kind, amount, reason: null, generationId, createdAt: new Date().toISOString() });
  }
}
