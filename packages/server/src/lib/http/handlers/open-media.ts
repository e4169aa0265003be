import type { Clock } from "../../ports/clock.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import type { ByteRange, Storage, StoredObject } from "../../ports/storage.js";
import { withinTime } from "../../process/within-time.js";
import { fromStorage } from "../../service/errors/from-storage.js";
import { notFound } from "../../service/errors/not-found.js";
import type { CutBody } from "../request/node-response.js";
import type { UnreadResponses } from "../request/unread-responses.js";

/** Dependencies of a read of the storage. */
export interface MediaDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly storage: Storage;
  /** Counts the reads in progress. */
  readonly unread: UnreadResponses;
}

/** How long a read waits for the next bytes of the storage, in milliseconds. */
const maxStallMs = 30_000;

/**
 * Length of a stored object, in bytes.
 *
 * @throws {ServiceError} not_found, unavailable
 */
export async function readByteLength(
  { clock, storage }: Pick<MediaDeps, "clock" | "storage">,
  key: string,
): Promise<number> {
  const byteLength = await fromStorage(clock, async (signal) => {
    const object = await storage.get(key, { signal });
    if (object !== null) await cancelQuietly(object.body);
    return object?.byteLength ?? null;
  });
  if (byteLength === null) throw notFound();
  return byteLength;
}

/**
 * Opens a stored object, and reads its first chunk: a storage that fails or hangs by then causes a 503 instead of a broken
 * response. The read ends when its body is consumed or canceled, when the storage sends nothing for 30 s, or to make room for
 * later reads.
 *
 * @throws {ServiceError} not_found, unavailable
 */
export async function openMedia(
  deps: MediaDeps,
  { key, range, cut }: { readonly key: string; readonly range: ByteRange | null; readonly cut: CutBody },
): Promise<StoredObject> {
  const { clock, storage } = deps;
  const opened = await fromStorage(clock, async (signal) => {
    const object = await storage.get(key, { signal, ...(range && { range }) });
    if (object === null) return null;
    const reader = object.body.getReader();
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel);
    return { byteLength: object.byteLength, reader, first: await reader.read() };
  });
  if (opened === null) throw notFound();
  const { byteLength, ...source } = opened;
  return { byteLength, body: bodyOf(source, { ...deps, cut }) };
}

interface Source {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly first: ReadableStreamReadResult<Uint8Array>;
}

function bodyOf(
  { reader, first }: Source,
  { clock, cut, logger, storage, unread }: MediaDeps & { readonly cut: CutBody },
): ReadableStream<Uint8Array> {
  let head: Source["first"] | null = first;
  let isOver = false;
  let end = (): void => {};
  let progress = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const close = (): void => {
          isOver = true;
          void reader.cancel().catch(() => undefined);
          cut(controller, new Error("The client did not read the file."));
        };
        const response = unread.add({ size: 1, close });
        progress = response.progress;
        end = () => {
          isOver = true;
          response.end();
        };
      },
      async pull(controller) {
        progress();
        try {
          const limit = { clock, limitMs: maxStallMs, what: "The storage" };
          const { done, value } = head ?? (await withinTime(limit, () => reader.read()));
          head = null;
          if (isOver) return;
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (error) {
          if (isOver) return;
          end();
          void reader.cancel().catch(() => undefined);
          logger.error("A stored file broke off while it was sent.", {
            event: "media.cut",
            storage: storage.id,
            error: errorLine(error),
          });
          cut(controller, new Error("The stored file broke off.", { cause: error }));
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    // No read before the consumer reads.
    { highWaterMark: 0 },
  );
}

/** Ignores a failure: the length is known, and the bytes are not needed. */
async function cancelQuietly(body: ReadableStream<Uint8Array>): Promise<void> {
  await body.cancel().catch(() => undefined);
}
