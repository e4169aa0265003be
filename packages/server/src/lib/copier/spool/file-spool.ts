import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import type { Spool } from "../../ports/body-spool.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { bufferStream } from "./buffer-stream.js";
import { memorySink } from "./memory-sink.js";
import type { IncrementalHash, SpoolSink } from "./spool.js";
import type { SpoolFolder } from "./spool-folder.js";

/** Max bytes of a body in memory if no file can be created. */
const maxMemoryBytes = 33_554_432;
const noTempDirWarning =
  "No temporary file can be created: outputs are buffered in memory up to this size, and refused above it.";
/** Errors of a machine without a writable folder. A full disk is not among them: it may have space later. */
const noTempDirCodes = ["EACCES", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

/**
 * Writes bodies of more than one block to a file, which bounds memory at any length.
 *
 * @param options.logger warns once if no file can be created.
 */
export function fileSpool(folder: SpoolFolder, { logger }: { readonly logger?: Logger | undefined } = {}): Spool {
  let hasWarned = false;
  const openSink = async (): Promise<SpoolSink> => {
    try {
      return await fileSink(folder);
    } catch (error) {
      if (error instanceof Error && "code" in error && noTempDirCodes.includes(String(error.code))) {
        if (!hasWarned)
          logger?.warn(noTempDirWarning, {
            event: "download.no_temp_folder",
            maxBytes: maxMemoryBytes,
            error: errorLine(error),
          });
        hasWarned = true;
        return memorySink(maxMemoryBytes);
      }
      throw error;
    }
  };
  return {
    buffer: (chunks) => bufferStream(chunks, { hash: nodeHash(), openSink }),
    freeBytes: () => folder.freeBytes(),
  };
}

async function fileSink(folder: SpoolFolder): Promise<SpoolSink> {
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

function nodeHash(): IncrementalHash {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}
