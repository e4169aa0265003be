import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { type Forged, foreignSecret, forgeries, type Genuine } from "./forgeries.js";
import { mutateWebhook } from "./mutated-webhook.js";
import { signWebhook } from "./sign-webhook.js";
import { textOf, type Waiting, waitingGenerations } from "./waiting-generations.js";
import { hostSecret, startWebhookHost, type WebhookHost } from "./webhook-host.js";
import { type SignedWebhook, vendorSecret } from "./webhook-vendor.js";

const mutations = { short: 10, long: 10_000 };

/** Every forgery against a generation in every state: the server refuses it, and no row changes. */
export const forgedWebhooks: Proof = {
  id: "F7",
  title: "forged, stale and misdirected webhooks, in every state (requests)",
  proves: ["I14", "I24"],
  run: playAll,
};

async function playAll({ scale, seed, ground, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  const host = await startWebhookHost(ground);
  const checker = new WebhookChecker(host);
  try {
    const [other, ...all] = await waitingGenerations(host);
    const genuineFor = async (waiting: Waiting): Promise<Genuine> => {
      const text = await textOf(host, { waiting, event: "completed" });
      return {
        text,
        webhook: signWebhook(text, vendorSecret),
        other: await textOf(host, { waiting: other, event: "completed" }),
      };
    };

    for (const waiting of all) {
      const genuine = await genuineFor(waiting);
      for (const { name, status, forge } of forgeries)
        await checker.refuses(waiting, { name, forged: forge(genuine), status });
      await checker.refusesWhile(waiting, genuine.webhook);
    }
    const count = mutations[scale];
    for (let done = 0; done < count; done += 1) {
      const waiting = random.pick(all);
      const genuine = await host.vendor.sign(waiting.job, "completed");
      const { name, webhook } = mutateWebhook(genuine, random);
      await checker.refuses(waiting, { name, forged: { webhook }, status: webhook.url === genuine.url ? 401 : 404 });
      onProgress?.(done, count);
    }
    const forged = checker.runs;
    // A server that refuses every webhook must not pass.
    for (const waiting of all) await checker.accepts(waiting);
    const replays = await Promise.all(
      all.map(async (waiting) => ({ waiting, webhook: await host.vendor.sign(waiting.job, "replayed") })),
    );
    for (const { waiting, webhook } of replays) await checker.acceptsOnce(waiting, webhook);
    host.clock.skip(301_000);
    for (const { waiting, webhook } of replays)
      await checker.refuses(waiting, { name: "a replay after 301 seconds", forged: { webhook }, status: 401 });
    checker.violations.push(...(await host.violations()));
    const figures = {
      states: String(all.length),
      forgeries: String(forgeries.length),
      "genuine webhooks": String(checker.accepted),
    };
    return { runs: checker.runs + checker.accepted, faults: forged, violations: checker.violations, figures };
  } finally {
    await host.close();
  }
}

/** Secrets and payloads, which must not appear in the log. */
function secretsOf({ url, headers, body }: SignedWebhook): readonly string[] {
  const { pathname } = new URL(url);
  const words = [vendorSecret, foreignSecret, hostSecret, pathname.split("/").at(-1), body, ...Object.values(headers)];
  // Shorter values may appear in a log line by chance.
  return words.filter((word) => typeof word === "string").filter((word) => word.length > 20);
}

/** Sends forged and genuine webhooks, and checks the response, the rows and the log. */
class WebhookChecker {
  readonly violations: string[] = [];
  /** Number of webhooks to be refused. */
  runs = 0;
  /** Number of webhooks to be accepted. */
  accepted = 0;
  readonly #host: WebhookHost;

  constructor(host: WebhookHost) {
    this.#host = host;
  }

  async refuses(
    { state }: Waiting,
    {
      name,
      forged: { webhook, init },
      status,
    }: { readonly name: string; readonly forged: Forged; readonly status: number },
  ): Promise<void> {
    const before = await this.#host.rows();
    const actual = await this.#host.send(webhook, init);
    this.runs += 1;
    if (actual !== status) this.violations.push(`${state}: ${name} got ${actual} instead of ${status}`);
    if ((await this.#host.rows()) !== before) this.violations.push(`${state}: ${name} changed a row`);
    const leaks = this.#host.logs.leaksOf(secretsOf(webhook));
    this.violations.push(...leaks.map((leak) => `${state}: ${name}: ${leak}`));
  }

  /** A genuine webhook while its secret is retired, or while the keys are unavailable. */
  async refusesWhile(waiting: Waiting, webhook: SignedWebhook): Promise<void> {
    const { secrets } = this.#host;
    this.#host.secrets = [foreignSecret];
    await this.refuses(waiting, { name: "a retired secret", forged: { webhook }, status: 401 });
    this.#host.secrets = ["no secret"];
    await this.refuses(waiting, { name: "unavailable keys", forged: { webhook }, status: 503 });
    this.#host.secrets = secrets;
  }

  /** Genuine webhooks in every form that a vendor or a proxy may send. */
  async accepts(waiting: Waiting): Promise<void> {
    const sign = (event: string) => this.#host.vendor.sign(waiting.job, event);
    const upperCase = await sign("upper case");
    const headers = Object.fromEntries(
      Object.entries(upperCase.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    await this.#accepts(waiting, { name: "headers in upper case", webhook: { ...upperCase, headers } });

    const rotated = await sign("rotation");
    const both = `v1,${Buffer.alloc(32).toString("base64")} ${rotated.headers["webhook-signature"]}`;
    await this.#accepts(waiting, {
      name: "two signatures",
      webhook: {
        ...rotated,
        headers: { ...rotated.headers, "webhook-signature": both },
      },
    });

    const { secrets } = this.#host;
    this.#host.secrets = [foreignSecret, ...secrets];
    await this.#accepts(waiting, { name: "a secret beside its successor", webhook: await sign("successor") });
    this.#host.secrets = secrets;

    const text = await textOf(this.#host, { waiting, event: "late" });
    const seconds = String(Number(text.seconds) - 299);
    await this.#accepts(waiting, {
      name: "299 seconds on its way",
      webhook: signWebhook({ ...text, seconds }, vendorSecret),
    });
  }

  /** A repeat gets a 200 and changes nothing. */
  async acceptsOnce(waiting: Waiting, webhook: SignedWebhook): Promise<void> {
    await this.#accepts(waiting, { name: "the first of two", webhook });
    await this.refuses(waiting, { name: "a replay", forged: { webhook }, status: 200 });
  }

  async #accepts(
    { state, status }: Waiting,
    { name, webhook }: { readonly name: string; readonly webhook: SignedWebhook },
  ): Promise<void> {
    const before = await this.#host.rows();
    const actual = await this.#host.send(webhook);
    this.accepted += 1;
    if (actual !== status) this.violations.push(`${state}: ${name} got ${actual} instead of ${status}`);
    if ((await this.#host.rows()) === before) this.violations.push(`${state}: ${name} changed no row`);
  }
}
