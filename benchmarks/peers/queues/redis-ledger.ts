import type { Redis } from "ioredis";
import { accountIds, creditsOfOne, initialCredits, type Totals } from "../../life/workload.ts";

/** A hash each for balances, ledger entries by generation and kind, and results. */
const keys = ["balances", "entries", "results"] as const;

/** Takes the credits once per generation. Returns 0 when the balance is too low. */
const debitScript = `
  local entry = ARGV[2] .. ":debit"
  if redis.call("HEXISTS", KEYS[2], entry) == 1 then return 1 end
  local balance = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or "0")
  if balance < tonumber(ARGV[3]) then return 0 end
  redis.call("HINCRBY", KEYS[1], ARGV[1], -ARGV[3])
  redis.call("HSET", KEYS[2], entry, cjson.encode({ account = ARGV[1], amount = -tonumber(ARGV[3]), at = ARGV[4] }))
  return 1`;

/** Stores the result and resolves the debit. */
const captureScript = `
  local entry = ARGV[1] .. ":capture"
  if redis.call("HEXISTS", KEYS[2], entry) == 1 then return 1 end
  redis.call("HSET", KEYS[3], ARGV[1], ARGV[2])
  redis.call("HSET", KEYS[2], entry, cjson.encode({ amount = 0, at = ARGV[3] }))
  return 1`;

/** A minimal ledger in the queue's Redis: the cheapest correct one. */
export interface RedisLedger {
  debit(accountId: string, generationId: string): Promise<void>;
  keepResultAndCapture(generationId: string, outputs: string): Promise<void>;
  /** @param completed number of completed jobs of the queue. */
  readTotals(completed: number): Promise<Totals>;
}

export async function redisLedger(redis: Redis): Promise<RedisLedger> {
  await redis.hset(keys[0], Object.fromEntries(accountIds.map((id) => [id, initialCredits])));
  redis.defineCommand("debit", { numberOfKeys: keys.length, lua: debitScript });
  redis.defineCommand("capture", { numberOfKeys: keys.length, lua: captureScript });
  // `defineCommand` has added them.
  const scripts = redis as unknown as Record<"debit" | "capture", (...args: (string | number)[]) => Promise<number>>;
  return {
    async debit(accountId, generationId) {
      const isPaid = await scripts.debit(...keys, accountId, generationId, creditsOfOne, Date.now());
      if (isPaid !== 1) throw new Error(`The balance of ${accountId} is too low.`);
    },
    async keepResultAndCapture(generationId, outputs) {
      await scripts.capture(...keys, generationId, outputs, Date.now());
    },
    async readTotals(completed) {
      const [balances, entries, results] = [
        await redis.hvals(keys[0]),
        await redis.hkeys(keys[1]),
        await redis.hlen(keys[2]),
      ];
      return {
        completed: Math.min(completed, results),
        debits: entries.filter((entry) => entry.endsWith(":debit")).length,
        captures: entries.filter((entry) => entry.endsWith(":capture")).length,
        balance: balances.reduce((sum, balance) => sum + Number(balance), 0),
      };
    },
  };
}
