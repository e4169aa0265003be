import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Proof } from "../proof.js";
import { isAccepted, startWebHost, type WebHost } from "../web/web-host.js";

const sizes = { short: 4, long: 1_000 };
const submits = 100;
const price = 4;

/** Sends 100 concurrent submits on an account that can pay for k of them, over HTTP to two servers on one database. */
export const balanceRaces: Proof = {
  id: "F13",
  title: "100 concurrent submits on a balance for k of them, to two servers on one database (rounds)",
  proves: ["I2", "I5"],
  async run({ scale, seed, ground, onProgress }) {
    const rounds = sizes[scale];
    const random = new SeededRandom(seed);
    const host = await startWebHost(ground);
    const violations: string[] = [];
    let refusals = 0;
    for (let round = 0; round < rounds; round += 1) {
      const affordable = random.between(0, submits);
      refusals += submits - affordable;
      violations.push(
        ...(await race(host, { ownerId: `owner-${round}`, affordable, rest: random.between(0, price - 1) })),
      );
      onProgress?.(round + 1, rounds);
    }
    for (const { check, subject, detail } of await host.store.audit())
      violations.push(`${check}: ${subject} (${detail})`);
    await host.close();
    return {
      runs: rounds,
      faults: refusals,
      violations,
      figures: { requests: (rounds * submits).toLocaleString("en-US") },
    };
  },
};

async function race(
  { store, submit }: WebHost,
  { ownerId, affordable, rest }: { readonly ownerId: string; readonly affordable: number; readonly rest: number },
): Promise<readonly string[]> {
  const amount = affordable * price + rest;
  if (amount > 0)
    await store.adjust({ accountId: ownerId, kind: "grant", amount, reason: null, key: "all", initialGrant: 0 });
  const responses = await Promise.all(
    Array.from({ length: submits }, (_, index) => submit({ ownerId, key: `key-${index}`, prompt: "a lake" })),
  );
  const accepted = responses.filter(isAccepted).length;
  const refused = responses.filter(({ status }) => status === 402).length;
  const { balance } = await store.listCredits({ accountId: ownerId, limit: 1, before: null });
  if (accepted === affordable && refused === submits - affordable && balance === rest) return [];
  return [
    `${ownerId} can pay for ${affordable}: ${accepted} accepted, ${refused} refused, balance ${balance} instead of ${rest}`,
  ];
}
