import { partsOf } from "../ground/open-postgres-store.js";
import type { ProvingGround } from "../ground/proving-ground.js";

/** Credits of each owner at the start: enough for every submit. */
const startCredits = 1_000_000;

/** A table of balances that the host has in the database of the store, as with `credits: sameDatabase`. */
export class HostWallets {
  readonly #ground: ProvingGround;
  readonly #names: ReturnType<typeof namesIn>;

  constructor(ground: ProvingGround) {
    this.#ground = ground;
    this.#names = namesIn(ground.url);
  }

  async create(owners: readonly string[]): Promise<void> {
    const rows = owners.map((owner) => `('${owner}', ${startCredits})`).join(", ");
    await this.#ground.query(`CREATE TABLE ${this.#names.wallets} (id text PRIMARY KEY, credits bigint NOT NULL)`);
    await this.#ground.query(`INSERT INTO ${this.#names.wallets} VALUES ${rows}`);
  }

  /**
   * The wallets that do not lack exactly the credits that their ended generations kept. Credits were then taken without a
   * generation, taken twice, or returned twice or never.
   */
  async violations(): Promise<readonly string[]> {
    const { generations, wallets } = this.#names;
    const rows = await this.#ground.query(`SELECT w.id, w.credits, count(g.id) AS generations,
        coalesce(sum(g.credits - g.refunded_credits), 0) AS kept
      FROM ${wallets} w LEFT JOIN ${generations} g ON g.account_id = w.id AND g.hold IS NOT NULL GROUP BY w.id, w.credits`);
    return rows.flatMap(({ credits, generations: count, id, kept }) => {
      if (Number(count) === 0) return [`no generation was paid for by the wallet of ${id}`];
      const missing = startCredits - Number(credits);
      return missing === Number(kept) ? [] : [`the wallet of ${id} lacks ${missing}, and its generations kept ${kept}`];
    });
  }
}

/** The statements of the host on this table. */
export function walletStatements(databaseUrl: string): { readonly take: string; readonly give: string } {
  const { wallets } = namesIn(databaseUrl);
  return {
    take: `UPDATE ${wallets} SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits`,
    give: `UPDATE ${wallets} SET credits = credits + :credits WHERE id = :accountId`,
  };
}

function namesIn(url: string): { readonly generations: string; readonly wallets: string } {
  const schema = url.startsWith("postgres:") ? `${partsOf(url).schema}.` : "";
  return { generations: `${schema}safelight_generations`, wallets: `${schema}wallets` };
}
