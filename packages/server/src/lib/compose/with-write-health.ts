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
 * Requests share no promise of a trial: on Cloudflare Workers, awaiting another request's promise hangs.
 *
 * @param now milliseconds of a monotonic clock.
 */
export function withWriteHealth(storage: Storage, now: () => number): CheckedStorage {
  const { list, signedUrl } = storage;
  let acceptedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let isDoubtful = false;
  let refusal: { readonly error: unknown } | null = null;
  /** The last trial, until it has a result. */
  let pending: object | null = null;

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

  const tryWrite = async (byteLength: number): Promise<void> => {
    const bytes = new Uint8Array(byteLength);
    const signal = AbortSignal.timeout(trialLimitMs);
    const options = { contentType: "application/octet-stream", sha256: await sha256Hex(bytes), signal };
    await interruptible(signal, storage.put(trialKey, new Blob([bytes]), options));
    // The next trial writes the same object.
    await storage.delete(trialKey).catch(() => {});
  };

  const runTrial = async (): Promise<void> => {
    const trial = {};
    pending = trial;
    triedAt = now();
    try {
      await tryWrite(trialBytes);
      accept();
    } catch (error) {
      isDoubtful = true;
      refusal = { error };
      throw error;
    } finally {
      if (pending === trial) pending = null;
    }
  };

  /** @param maxAgeMs age of the last successful write from which on a trial is due; 0 for `checkWrites`. */
  const check = async (maxAgeMs: number): Promise<void> => {
    await storage.ping?.();
    // A storage without `ping` is a bucket: it is tried only after a failed `put`.
    const isFree = storage.ping !== undefined;
    const isStale = isFree && now() - acceptedAt >= maxAgeMs;
    if (!isDoubtful && !isStale) return;
    const hasNoResult = isFree && acceptedAt === Number.NEGATIVE_INFINITY && refusal === null;
    if (!hasNoResult && now() - triedAt < (isFree ? retryMs : paidRetryMs)) {
      // The last trial is recent enough: its refusal counts, but its success does not suffice for `checkWrites`.
      if (refusal !== null) throw refusal.error;
      if (isDoubtful && pending !== null) throw new Error("A write has failed, and a trial has no result yet.");
      if (!isFree || maxAgeMs > 0) return;
    }
    await runTrial();
  };

  return {
    id: storage.id,
    ping: () => check(freshMs),
    checkWrites: () => check(0),
    tryWrite,
    put,
    get: (key, options) => storage.get(key, options),
    delete: (key) => storage.delete(key),
    deleteAll: (prefix) => storage.deleteAll(prefix),
    ...(list && { list: () => list.call(storage) }),
    ...(signedUrl && { signedUrl: (key, options) => signedUrl.call(storage, key, options) }),
  };
}
