import { sha256Hex } from "../bytes/sha256-hex.js";
import type { Storage } from "../ports/storage.js";
import { interruptible } from "../process/interruptible.js";
import { TimeLimitError } from "../process/within-time.js";

/** In milliseconds. A write that succeeded this recently shows that the storage accepts writes. */
const freshMs = 60_000;
/** Min interval of trials while writes fail, in milliseconds. */
const retryMs = 1_000;
/** The same for a storage without `ping`, such as a bucket: each trial may cost money. */
const paidRetryMs = 30_000;
/** Max time of a trial, in milliseconds. */
const trialLimitMs = 30_000;
/** Checks are refused once a trial has had no result for this time, in milliseconds. */
const slowTrialMs = 10_000;
/** A trial is given up after this time, in milliseconds: the request that began it may have been killed. */
const lostTrialMs = 600_000;
/** On a full disk, a smaller object may still fit. */
const trialBytes = 65_536;
/** No media key has this form, so that a sweep leaves it. */
const trialKey = "safelight-write-trial/object";

/** A storage whose `ping` also covers writes. */
export interface CheckedStorage extends Storage {
  ping(): Promise<void>;
  /**
   * As `ping`, but tries a write each time if the storage has a `ping` of its own. For a worker before a paid request.
   *
   * @throws if the storage refuses writes.
   */
  checkWrites(): Promise<void>;
  /**
   * Writes and deletes an object of that many bytes. The result does not change the health.
   *
   * @throws if the storage refuses it.
   */
  tryWrite(byteLength: number): Promise<void>;
}

/**
 * Adds the health of writes to a storage: `ping` rejects while the storage can be read but not written. It tries to
 * write and delete an object after a failed `put`, and once a minute without a `put` if the storage has a `ping`.
 * Before the first result, each `ping` of such a storage tries to write: without one, it has no evidence.
 *
 * On a frozen volume, a write does not end, and holds a thread. So while a trial has no result, another one begins only before
 * the first result, or after ten minutes. Requests share no promise of a trial: on Cloudflare Workers, awaiting another
 * request's promise hangs.
 *
 * @param now milliseconds of a monotonic clock.
 */
export function withWriteHealth(storage: Storage, now: () => number): CheckedStorage {
  const { list, signedUrl } = storage;
  let acceptedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let isDoubtful = false;
  let refusal: { readonly error: unknown } | null = null;
  /** The trials whose write has not ended, the oldest first. */
  const pending = new Set<{ readonly since: number }>();

  // biome-ignore lint/complexity/useMaxParams: the signature of the Storage port
  const put: Storage["put"] = async (key, body, options) => {
    try {
      const { signal } = options;
      const stored = storage.put(key, body, options);
      await (signal === undefined ? stored : interruptible(signal, stored));
    } catch (error) {
      // The failure may be of this object alone, so a trial decides.
      if (options.signal?.aborted !== true || options.signal.reason instanceof TimeLimitError) isDoubtful = true;
      throw error;
    }
    if (!isDoubtful || body.size >= trialBytes) accept();
  };

  const accept = (): void => {
    acceptedAt = now();
    isDoubtful = false;
    refusal = null;
  };

  const runTrial = async (): Promise<void> => {
    triedAt = now();
    const trial = { since: triedAt };
    pending.add(trial);
    try {
      await tryObject(storage, { byteLength: trialBytes, onEnd: () => void pending.delete(trial) });
      accept();
    } catch (error) {
      isDoubtful = true;
      refusal = { error };
      throw error;
    }
  };

  // A storage without `ping` is a bucket: it is tried only after a failed `put`.
  const isBucket = storage.ping === undefined;

  /** The trial that has run for the longest, without those that are given up. A write to a bucket holds no thread. */
  const oldestPending = (): { readonly since: number } | undefined => {
    const maxWaitMs = isBucket ? paidRetryMs : lostTrialMs;
    for (const trial of pending) if (now() - trial.since >= maxWaitMs) pending.delete(trial);
    return [...pending][0];
  };

  /** @param maxAgeMs age of the last successful write from which on a trial is due; 0 for `checkWrites`. */
  const check = async (maxAgeMs: number): Promise<void> => {
    await storage.ping?.();
    const isStale = !isBucket && now() - acceptedAt >= maxAgeMs;
    if (!isDoubtful && !isStale) return;
    const isFirst = !isBucket && acceptedAt === Number.NEGATIVE_INFINITY && refusal === null;
    const oldest = oldestPending();
    const isRecent = now() - triedAt < (isBucket ? paidRetryMs : retryMs);
    const mayTry = oldest === undefined ? isFirst || !isRecent : isFirst;
    if (!mayTry && refusal !== null) throw refusal.error;
    if (oldest !== undefined && (isDoubtful || now() - oldest.since >= slowTrialMs))
      throw new Error("A trial of the storage has no result yet.");
    // A success of the last second does not suffice for a paid request, unless its trial still runs.
    const suffices = oldest !== undefined || isBucket || maxAgeMs > 0;
    if (mayTry || !suffices) await runTrial();
  };

  return {
    id: storage.id,
    ping: () => check(freshMs),
    checkWrites: () => check(0),
    tryWrite: (byteLength) => tryObject(storage, { byteLength }),
    put,
    get: (key, options) => storage.get(key, options),
    delete: (key) => storage.delete(key),
    deleteAll: (prefix) => storage.deleteAll(prefix),
    ...(list && { list: () => list.call(storage) }),
    ...(signedUrl && { signedUrl: (key, options) => signedUrl.call(storage, key, options) }),
  };
}

/**
 * Writes an object of that many bytes, and deletes it.
 *
 * @param options.onEnd called when the write itself ends, which may be after the time limit.
 */
async function tryObject(
  storage: Storage,
  { byteLength, onEnd = () => {} }: { readonly byteLength: number; readonly onEnd?: () => void },
): Promise<void> {
  const bytes = new Uint8Array(byteLength);
  const signal = AbortSignal.timeout(trialLimitMs);
  const options = { contentType: "application/octet-stream", sha256: await sha256Hex(bytes), signal };
  const put = async (): Promise<void> => {
    try {
      await storage.put(trialKey, new Blob([bytes]), options);
    } finally {
      onEnd();
    }
  };
  await interruptible(signal, put());
  // The next trial writes the same object.
  await storage.delete(trialKey).catch(() => {});
}
