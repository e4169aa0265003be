import type { ProviderFailure } from "../generation/provider-failure.js";

/** One output to copy, with the limits of the copy. */
export interface CopyRequest {
  /** The vendor's URL, untrusted. `https:`, or the scheme of an origin in `hosts`. */
  readonly url: string;
  /** Sent only to the host of `url`, never to another host after a redirect. */
  readonly headers?: Readonly<Record<string, string>>;
  /** As `Provider.mediaHosts`: the copier connects to no other host. */
  readonly hosts: readonly string[];
  /** The copier stops reading beyond this size. Infinity for no limit. */
  readonly maxBytes: number;
  /** Max time of the whole copy, in milliseconds. @default 120_000 */
  readonly maxMs?: number;
  readonly signal: AbortSignal;
}

/** Bytes of a finished copy. The holder must close them, even if unused. */
export interface CopiedBytes {
  /** A temporary file above one megabyte, if the runtime has a file system. The file exists until `close`. */
  readonly body: Blob;
  /** SHA-256 of the body, in hexadecimal. */
  readonly sha256: string;
  /** Releases the bytes; the body cannot be read afterwards. Never throws, and may be called again. */
  close(): Promise<void>;
}

/** Outcome of a copy. `copy` throws for errors that a retry may fix. */
export type CopyOutcome =
  | ({ readonly type: "copied"; readonly contentType: string } & CopiedBytes)
  /** The vendor no longer has the file (404, 410), or denies access (401, 403). A later request may succeed. */
  | { readonly type: "gone"; readonly status: number }
  /** Refused permanently: a forbidden address, too many bytes, or an encoding that may be a decompression bomb. */
  | { readonly type: "refused"; readonly failure: ProviderFailure };

/** Copies media from the allowed hosts of vendors only. */
export interface MediaCopier {
  /** Loads the modules that copies need. Called when a worker starts; `copy` does not depend on it. */
  load?(): Promise<void>;
  /**
   * Copies one output.
   *
   * @throws for errors that a retry may fix: a broken connection, a truncated body, a busy or slow host, a full local
   *   disk. Throws the reason of `signal` after an abort. No message contains the URL, which may be signed.
   */
  copy(request: CopyRequest): Promise<CopyOutcome>;
}
