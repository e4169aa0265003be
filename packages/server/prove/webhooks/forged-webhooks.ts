import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { type SignedCall, vendorSecret } from "./calling-vendor.js";
import { type Forged, foreignSecret, forgeries, type Genuine } from "./forgeries.js";
import { mutated } from "./mutated-call.js";
import { signCall } from "./sign-call.js";
import { textOf, type Waiting, waitingGenerations } from "./waiting-generations.js";
import { hostSecret, startWebhookHost, type WebhookHost } from "./webhook-host.js";

const mutations = { short: 100, long: 10_000 };

/** Every forgery against a generation in every state: none is believed, and no row changes. */
export const forgedWebhooks: Proof = {
  id: "F7",
  title: "forged, stale and misdirected call-backs, in every state (requests)",
  proves: ["I14", "I24"],
  run: playAll,
};

async function playAll({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  const host = await startWebhookHost();
  const court = new Court(host);
  try {
    const [other, ...all] = await waitingGenerations(host);
    const genuineFor = async (waiting: Waiting): Promise<Genuine> => {
      const text = await textOf(host, waiting, "completed");
      return { text, call: signCall(text, vendorSecret), other: await textOf(host, other, "completed") };
    };

    for (const waiting of all) {
      const genuine = await genuineFor(waiting);
      for (const { name, status, forge } of forgeries) await court.refuses(waiting, name, forge(genuine), status);
      await court.refusesWhile(waiting, genuine.call);
    }
    const count = mutations[scale];
    for (let done = 0; done < count; done += 1) {
      const waiting = random.pick(all);
      const genuine = await host.vendor.call(waiting.job, "completed");
      const { name, call } = mutated(genuine, random);
      await court.refuses(waiting, name, { call }, call.url === genuine.url ? 401 : 404);
      onProgress?.(done, count);
    }
    const forged = court.runs;
    // Whoever refuses all of them must not be one who refuses everything.
    for (const waiting of all) await court.believes(waiting);
    const replays = await Promise.all(
      all.map(async (waiting) => ({ waiting, call: await host.vendor.call(waiting.job, "replayed") })),
    );
    for (const { waiting, call } of replays) await court.believesOnce(waiting, call);
    host.clock.skip(301_000);
    for (const { waiting, call } of replays) await court.refuses(waiting, "a replay after 301 seconds", { call }, 401);
    court.violations.push(...(await host.violations()));
    const figures = {
      states: String(all.length),
      forgeries: String(forgeries.length),
      "genuine ones": String(court.believed),
    };
    return { runs: court.runs + court.believed, faults: forged, violations: court.violations, figures };
  } finally {
    await host.close();
  }
}

/** What opens a door, or is nobody's business. */
function secretsOf({ url, headers, body }: SignedCall): readonly string[] {
  const { pathname } = new URL(url);
  const words = [vendorSecret, foreignSecret, hostSecret, pathname.split("/").at(-1), body, ...Object.values(headers)];
  // What is shorter may stand in a log by itself.
  return words.filter((word) => typeof word === "string").filter((word) => word.length > 20);
}

/** Sends what was forged and what is genuine, and looks at what it does to the rows. */
class Court {
  readonly violations: string[] = [];
  /** Requests that were to be refused. */
  runs = 0;
  /** Requests that were to be believed. */
  believed = 0;
  readonly #host: WebhookHost;

  constructor(host: WebhookHost) {
    this.#host = host;
  }

  async refuses({ state }: Waiting, name: string, { call, init }: Forged, status: number): Promise<void> {
    const before = this.#host.rows();
    const answer = await this.#host.send(call, init);
    this.runs += 1;
    if (answer !== status) this.violations.push(`${state}: ${name} was answered ${answer} instead of ${status}`);
    if (this.#host.rows() !== before) this.violations.push(`${state}: ${name} changed a row`);
    const leaks = this.#host.overheard.leaksOf(secretsOf(call));
    this.violations.push(...leaks.map((leak) => `${state}: ${name}: ${leak}`));
  }

  /** What is genuine, while its secret is retired or nobody can tell. */
  async refusesWhile(waiting: Waiting, call: SignedCall): Promise<void> {
    const { secrets } = this.#host;
    this.#host.secrets = [foreignSecret];
    await this.refuses(waiting, "a secret that was retired", { call }, 401);
    this.#host.secrets = ["no secret"];
    await this.refuses(waiting, "keys that are not to be had", { call }, 503);
    this.#host.secrets = secrets;
  }

  /** In every spelling that a vendor or a proxy may use. */
  async believes(waiting: Waiting): Promise<void> {
    const call = (event: string) => this.#host.vendor.call(waiting.job, event);
    const shouting = await call("upper case");
    const headers = Object.fromEntries(
      Object.entries(shouting.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    await this.#believes(waiting, "headers in upper case", { ...shouting, headers });

    const rotating = await call("rotation");
    const both = `v1,${Buffer.alloc(32).toString("base64")} ${rotating.headers["webhook-signature"]}`;
    await this.#believes(waiting, "two signatures", {
      ...rotating,
      headers: { ...rotating.headers, "webhook-signature": both },
    });

    const { secrets } = this.#host;
    this.#host.secrets = [foreignSecret, ...secrets];
    await this.#believes(waiting, "a secret beside its successor", await call("successor"));
    this.#host.secrets = secrets;

    const text = await textOf(this.#host, waiting, "late");
    const seconds = String(Number(text.seconds) - 299);
    await this.#believes(waiting, "299 seconds on its way", signCall({ ...text, seconds }, vendorSecret));
  }

  /** A repeat is answered as if it were the first, and changes nothing. */
  async believesOnce(waiting: Waiting, call: SignedCall): Promise<void> {
    await this.#believes(waiting, "the first of two", call);
    await this.refuses(waiting, "a replay", { call }, 200);
  }

  async #believes({ state, status }: Waiting, name: string, call: SignedCall): Promise<void> {
    const before = this.#host.rows();
    const answer = await this.#host.send(call);
    this.believed += 1;
    if (answer !== status) this.violations.push(`${state}: ${name} was answered ${answer} instead of ${status}`);
    if (this.#host.rows() === before) this.violations.push(`${state}: ${name} left nothing`);
  }
}
