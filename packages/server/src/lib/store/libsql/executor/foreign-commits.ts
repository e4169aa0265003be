import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** How often the version is compared where the folder cannot be watched, or a change was missed. */
const backstopMs = 250;
/**
 * When a burst of writes is looked at, each pause after the one before: at once, and again, since a commit can be seen
 * only when the disk has it, which may be long after the last write that the folder tells of.
 */
const looksMs = [2, 8, 32, 64] as const;

/**
 * Notices commits to a file by other connections. The folder tells at once that something was written; SQLite's
 * `data_version`, which a connection's own commits leave alone, tells whether it was somebody else. Watches only while
 * somebody listens, and never keeps the process alive.
 */
export class ForeignCommits {
  readonly #path: string;
  readonly #dataVersion: () => unknown;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #compare: () => void = () => {};

  /** @param dataVersion `null` while the version is unknown. */
  constructor(path: string, dataVersion: () => unknown) {
    this.#path = path;
    this.#dataVersion = dataVersion;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: () => void): () => void {
    // A function of its own, so that the same listener may be given twice.
    const call = () => listener();
    this.#listeners.add(call);
    this.#stop ??= this.#start();
    return () => {
      this.#listeners.delete(call);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }

  /** Reads the baseline version, if it was unknown when listening began. */
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

    let look: { readonly place: number; readonly timer: NodeJS.Timeout } | null = null;
    const lookLater = (place: number): void => {
      const pauseMs = looksMs[place];
      if (pauseMs === undefined) {
        look = null;
        return;
      }
      const timer = setTimeout(() => {
        // First, so that a listener that stops listening ends this, too.
        lookLater(place + 1);
        compare();
      }, pauseMs);
      timer.unref();
      look = { place, timer };
    };
    const name = basename(this.#path);
    const watcher = watchFolder(dirname(this.#path), (changed) => {
      if (look?.place === 0 || (changed !== null && !changed.startsWith(name))) return;
      clearTimeout(look?.timer);
      lookLater(0);
    });

    return () => {
      this.#compare = () => {};
      clearInterval(backstop);
      clearTimeout(look?.timer);
      watcher?.close();
    };
  }
}

/** `null`: not every file system can be watched. */
function watchFolder(folder: string, listener: (changed: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, changed) => listener(changed));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
