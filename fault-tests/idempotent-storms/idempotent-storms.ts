import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Proof } from "../proof.js";
import { isAccepted, startWebHost, type WebHost } from "../web/web-host.js";

const sizes = { short: 8, long: 1_000 };
const duplicates = 50;
const altered = 5;
/** Concurrent storms. */
const atOnce = 4;
const ownerId = "ada";
const price = 4;

/** 50 concurrent duplicates of one submit, a tenth of them with another body, over HTTP to two servers on one database. */
export const idempotentStorms: Proof = {
  id: "F12",
  title: "50 concurrent copies of a submit, 5 of them altered, to two servers on one database (keys)",
  proves: ["I2", "I5", "I12"],
  async run({ scale, seed, ground, onProgress }) {
    const keys = sizes[scale];
    const random = new SeededRandom(seed);
    const host = await startWebHost(ground);
    const grant = keys * duplicates * price;
    await host.store.adjust({
      accountId: ownerId,
      kind: "grant",
      amount: grant,
      reason: null,
      key: "all",
      initialGrant: 0,
    });
    const violations: string[] = [];
    const ids = new Set<string>();
    for (let done = 0; done < keys; done += atOnce) {
      const storms = Array.from({ length: Math.min(atOnce, keys - done) }, (_, index) =>
        storm(host, { key: `key-${done + index}`, random, ids }),
      );
      violations.push(...(await Promise.all(storms)).flat());
      onProgress?.(done, keys);
    }
    if (ids.size !== keys) violations.push(`${keys} keys created ${ids.size} generations`);
    const { balance } = await host.store.listCredits({ accountId: ownerId, limit: 1, before: null });
    const spent = grant - (balance ?? 0);
    if (spent !== keys * price) violations.push(`${keys} keys cost ${spent} credits`);
    for (const { check, subject, detail } of await host.store.audit())
      violations.push(`${check}: ${subject} (${detail})`);
    await host.close();
    return {
      runs: keys,
      faults: keys * (duplicates - 1),
      violations,
      figures: { requests: (keys * duplicates).toLocaleString("en-US") },
    };
  },
};

/** The first body wins the key: each of its duplicates gets its generation, and every other body is refused. */
async function storm(
  host: WebHost,
  { key, random, ids }: { readonly key: string; readonly random: SeededRandom; readonly ids: Set<string> },
): Promise<readonly string[]> {
  const prompts = Array.from({ length: duplicates }, (_, index) => (index < altered ? `altered ${index}` : "the same"));
  const shuffled = prompts.map((prompt) => ({ prompt, at: random.next() })).sort((one, other) => one.at - other.at);
  const responses = await Promise.all(
    shuffled.map(async ({ prompt }) => ({ prompt, response: await host.submit({ ownerId, key, prompt }) })),
  );
  const winner = responses.find(({ response }) => response.status === 202)?.prompt;
  const made = new Set<string>();
  for (const { response } of responses) if (isAccepted(response)) made.add(response.body.generation.id);
  for (const id of made) ids.add(id);
  const isRight = ({ prompt, response }: (typeof responses)[number]): boolean => {
    if (!isAccepted(response)) return prompt !== winner && response.status === 422;
    return prompt === winner && JSON.stringify(response.body.generation.input) === JSON.stringify({ prompt });
  };
  const wrong = responses
    .filter((given) => !isRight(given))
    .map(({ prompt, response }) => `${response.status} to "${prompt}"`);
  const firsts = responses.filter(({ response }) => response.status === 202).length;
  if (wrong.length === 0 && made.size === 1 && firsts === 1) return [];
  return [
    `${key} of "${winner}" created ${made.size} generations with ${firsts} × 202; wrong: ${wrong.slice(0, 5).join(", ")}`,
  ];
}
