/** An open file, or a file to be opened. */
export interface OpenFile {
  /** Resolves when the file may be opened. */
  acquire(): Promise<void>;
  /** No read is in progress: `close` may be called to let another file be opened. */
  idle(close: () => void): void;
  /** A read is in progress. */
  busy(): void;
  /** The file is closed. */
  release(): void;
}

/** Limits the files of one storage that are open for reading. Beyond the max, closes the file that was idle for the longest. */
export function createOpenFiles(maxFiles: number): () => OpenFile {
  const waiting: (() => void)[] = [];
  // In the order of their last reads.
  const idle = new Map<OpenFile, () => void>();
  let openFiles = 0;

  const closeIdle = (): void => {
    const [oldest] = idle;
    if (oldest === undefined) return;
    const [file, close] = oldest;
    idle.delete(file);
    close();
  };

  return () => {
    const file: OpenFile = {
      acquire: () => {
        if (openFiles < maxFiles) {
          openFiles += 1;
          return Promise.resolve();
        }
        return new Promise((resolve) => {
          waiting.push(resolve);
          closeIdle();
        });
      },
      idle: (close) => {
        idle.set(file, close);
        if (waiting.length > 0) closeIdle();
      },
      busy: () => void idle.delete(file),
      release: () => {
        const next = waiting.shift();
        if (next === undefined) openFiles -= 1;
        else next();
      },
    };
    return file;
  };
}
