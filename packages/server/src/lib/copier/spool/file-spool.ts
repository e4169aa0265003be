import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { memoryPlace } from "./memory-place.js";
import type { GrowingHash, Spool, SpoolPlace } from "./spool.js";
import type { SpoolFolder } from "./spool-folder.js";
import { takePieces } from "./take-pieces.js";

/** Max bytes of a body in memory if no file can be created. */
const mostHeldBytes = 33_554_432;
const noPlace =
  "There is no place for temporary files: an output is held in memory, and refused where it has more bytes.";
/** Errors of a machine without a writable folder. A full disk is not among them: it may have space later. */
const withoutPlace = ["EACCES", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

/**
 * Writes bodies of more than one block to a file, which bounds memory at any length.
 *
 * @param options.logger warns once if no file can be created.
 */
export function fileSpool(folder: SpoolFolder, { logger }: { readonly logger?: Logger | undefined } = {}): Spool {
  let isTold = false;
  const openPlace = async (): Promise<SpoolPlace> => {
    try {
      return await filePlace(folder);
    } catch (error) {
      if (error instanceof Error && "code" in error && withoutPlace.includes(String(error.code))) {
        if (!isTold) logger?.warn(noPlace, { mostBytes: mostHeldBytes, error: errorLine(error) });
        isTold = true;
        return memoryPlace(mostHeldBytes);
      }
      throw error;
    }
  };
  return { take: (pieces) => takePieces(pieces, { hash: nodeHash(), openPlace }) };
}

async function filePlace(folder: SpoolFolder): Promise<SpoolPlace> {
  const { handle, path } = await folder.createFile();
  return {
    // Continues after the previous block.
    append: (block) => handle.writeFile(block),
    toBlob: async () => {
      await handle.close();
      return openAsBlob(path);
    },
    remove: async () => {
      // The handle may be closed already.
      await handle.close().catch(() => undefined);
      await folder.removeFile(path);
    },
  };
}

function nodeHash(): GrowingHash {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}
