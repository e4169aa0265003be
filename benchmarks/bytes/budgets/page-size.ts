import { gzipSync } from "node:zlib";

/** Bytes of a page's code, each file compressed by gzip at level 9. */
export interface PageSize {
  /** The entry and its static imports, which load before the page runs. */
  readonly firstLoad: number;
  /** All files. */
  readonly everything: number;
  /** One file without lazy parts; `null` if the bundler cannot build one. */
  readonly inlined: number | null;
}

/** One file of a bundle. */
export interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Names of the files and packages that it imports statically. */
  readonly imports: readonly string[];
}

/** React and TanStack Query, which belong to the host. */
export const hostPackages: RegExp[] = [/^react(-dom)?($|\/)/, /^@tanstack\/react-query$/];

/** Bytes of some chunks, and of those that load first. */
export function measureChunks(chunks: readonly Chunk[]): Omit<PageSize, "inlined"> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const first = new Set<Chunk>();
  const visit = (chunk: Chunk | undefined): void => {
    // An import of a host's package is not a chunk.
    if (chunk === undefined || first.has(chunk)) return;
    first.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name));
  };
  for (const chunk of chunks) if (chunk.isEntry) visit(chunk);
  return { firstLoad: sizeOf([...first]), everything: sizeOf(chunks) };
}

function sizeOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSize(code), 0);
}

/** Bytes after gzip at level 9. */
export function gzipSize(code: string | Buffer): number {
  return gzipSync(code, { level: 9 }).byteLength;
}
