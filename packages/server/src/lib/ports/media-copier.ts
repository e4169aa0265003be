import type { ProviderFailure } from "../generation/provider-failure.js";

/** What is to be copied, and under which conditions. */
export interface CopyRequest {
  /** As a vendor gave it: not to be trusted. `https:`, or a scheme that an origin of `hosts` has. */
  readonly url: string;
  /** Sent to the host of `url`, and to no other that it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** As `Provider.mediaHosts`: nothing else is connected to. */
  readonly hosts: readonly string[];
  /** Beyond it nothing is read. Infinity for no limit. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Bytes that are here now. Whoever has them closes them, used or not. */
export interface CopiedBytes {
  /** More than a megabyte are a file, where the runtime has some, which is there until `close`. */
  readonly body: Blob;
  /** Of the body, in hexadecimal. */
  readonly sha256: string;
  /** Lets go of them: nothing can be read afterwards. Never throws, and may be called again. */
  close(): Promise<void>;
}

/** What became of a copy. What may go better another time is thrown instead. */
export type CopyOutcome =
  | ({ readonly type: "copied"; readonly contentType: string } & CopiedBytes)
  /** The vendor does not have it any more (404, 410), or not for us (401, 403). It may have it in a moment. */
  | { readonly type: "gone"; readonly status: number }
  /** It may not be copied, now or later: a forbidden address, too many bytes, an encoding that can blow up. */
  | { readonly type: "refused"; readonly failure: ProviderFailure };

/** Copies what vendors made from where they keep it, and from nowhere else. */
export interface MediaCopier {
  /** Loads the modules that copies need. Called when a worker starts; a copy does not depend on it. */
  load?(): Promise<void>;
  /**
   * Copies one output.
   *
   * @throws for what may go better another time: a broken connection, a body that was cut off, a host that is busy or
   * too slow, a full disk here; and the reason of `signal`, once that is aborted. No message has the URL, which may be signed.
   */
  copy(request: CopyRequest): Promise<CopyOutcome>;
}
