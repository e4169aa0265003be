import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Interval of version checks in milliseconds, for a folder that cannot be watched or an event that was missed. */
const backstopMs = 250;
/**
 * Delays between version checks after a burst of writes, in milliseconds, each from the previous check. Several checks
 * are needed: a commit is visible only once the disk has it, possibly long after the last event of the folder.
 */
const checkDelaysMs = [2, 8, 32, 64] as const;

/**
 * Detects commits to a file by other connections. A folder event shows at once that a file was written. SQLite's
 * `data_version`, which commits of the same connection do not change, shows whether another connection committed.
 * Watches only while there are listeners, and never keeps the process alive.
 */
export class ForeignCommits {
  readonly #path: string;
  readonly #dataVersion: () => unknown;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #compare: () => void = () => {};

  /** @param dataVersion returns `null` while the version is unknown. */
  constructor(path: string, dataVersion: () => unknown) {
    this.#path = path;
    this.#dataVersion = dataVersion;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: () => void): () => void {
    // Wrap the listener, so that the same function can subscribe twice.
    const call = () => listener();
    this.#listeners.add(call);
    this.#stop ??= this.#start();
    return () => {
      this.#listeners.delete(call);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Stops watching and removes all listeners. */
  close(): void {
    this.#listeners.clear();
    this.#stop?.();
    this.#stop = null;
  }

  /** Reads the baseline version if it was unknown at the first subscription. */
  begin(): void {
    this.#compare();
  }

  #start(): () => void {
    let last = this.#dataVersion();
    const compare = () => {
      const current = this.#dataVersion();
      const isForeign = current !== null && last !== null && current !== last;
      last = current ?? last;
      if (isForeign) for (const listener of [...this.#listeners]) listener();
    };

    this.#compare = compare;
    const backstop = setInterval(compare, backstopMs);
    backstop.unref();

    let scheduled: { readonly index: number; readonly timer: NodeJS.Timeout } | null = null;
    const scheduleCheck = (index: number): void => {
      const delayMs = checkDelaysMs[index];
      if (delayMs === undefined) {
        scheduled = null;
        return;
      }
      const timer = setTimeout(() => {
        // Schedule first, so that a listener that unsubscribes also cancels the next check.
        scheduleCheck(index + 1);
        compare();
      }, delayMs);
      timer.unref();
      scheduled = { index, timer };
    };
    const name = basename(this.#path);
    const watcher = watchFolder(dirname(this.#path), (changed) => {
      if (scheduled?.index === 0 || (changed !== null && !changed.startsWith(name))) return;
      clearTimeout(scheduled?.timer);
      scheduleCheck(0);
    });

    return () => {
      this.#compare = () => {};
      clearInterval(backstop);
      clearTimeout(scheduled?.timer);
      watcher?.close();
    };
  }
}

/** `null` if the file system cannot be watched. */
function watchFolder(folder: string, listener: (changed: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, changed) => listener(changed));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
