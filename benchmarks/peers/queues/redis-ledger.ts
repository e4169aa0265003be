import type { Redis } from "ioredis";
import { accountIds, type Books, creditsOfOne, initialCredits } from "../../life/workload.ts";

/** Balances, entries of the ledger by generation and kind, and results: a hash each. */
const keys = ["balances", "entries", "results"] as const;

/** Takes the credits once for each generation. 0: there are too few. */
const debitScript = `
  local entry = ARGV[2] .. ":debit"
  if redis.call("HEXISTS", KEYS[2], entry) == 1 then return 1 end
  local balance = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or "0")
  if balance < tonumber(ARGV[3]) then return 0 end
  redis.call("HINCRBY", KEYS[1], ARGV[1], -ARGV[3])
  redis.call("HSET", KEYS[2], entry, cjson.encode({ account = ARGV[1], amount = -tonumber(ARGV[3]), at = ARGV[4] }))
  return 1`;

/** Keeps the result, and resolves the debit with it. */
const captureScript = `
  local entry = ARGV[1] .. ":capture"
  if redis.call("HEXISTS", KEYS[2], entry) == 1 then return 1 end
  redis.call("HSET", KEYS[3], ARGV[1], ARGV[2])
  redis.call("HSET", KEYS[2], entry, cjson.encode({ amount = 0, at = ARGV[3] }))
  return 1`;

/** Books in the Redis of the queue: the cheapest place for them, and the least that keeps them right. */
export interface RedisLedger {
  debit(accountId: string, generationId: string): Promise<void>;
  keepResultAndCapture(generationId: string, outputs: string): Promise<void>;
  /** @param completed how many the queue says it has done. */
  readBooks(completed: number): Promise<Books>;
}

export async function redisLedger(redis: Redis): Promise<RedisLedger> {
  await redis.hset(keys[0], Object.fromEntries(accountIds.map((id) => [id, initialCredits])));
  redis.defineCommand("debit", { numberOfKeys: keys.length, lua: debitScript });
  redis.defineCommand("capture", { numberOfKeys: keys.length, lua: captureScript });
  // As just defined.
  const scripts = redis as unknown as Record<"debit" | "capture", (...args: (string | number)[]) => Promise<number>>;
  return {
    async debit(accountId, generationId) {
      const isPaid = await scripts.debit(...keys, accountId, generationId, creditsOfOne, Date.now());
      if (isPaid !== 1) throw new Error(`${accountId} has too few credits.`);
    },
    async keepResultAndCapture(generationId, outputs) {
      await scripts.capture(...keys, generationId, outputs, Date.now());
    },
    async readBooks(completed) {
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
