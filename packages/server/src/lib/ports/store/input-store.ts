import type { ErasureCheck } from "./erasure-check.js";

/** An uploaded file that inputs of its owner may refer to. */
export interface InputRecord {
  /** `inp_` and a UUIDv7 in lower case. */
  readonly id: string;
  readonly ownerId: string;
  readonly storageKey: string;
  /** Detected from the bytes. */
  readonly contentType: string;
  readonly byteLength: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** In pixels; `null` for audio, and for a video that does not state it. */
  readonly width: number | null;
  readonly height: number | null;
  /** In milliseconds; `null` for images, and for a file that does not state it. */
  readonly durationMs: number | null;
}

/** Max uploads of an owner in a period. */
export interface InputRate {
  readonly requests: number;
  /** The period, in milliseconds. */
  readonly perMs: number;
}

/** Records an uploaded file. A repeat with the same id records it once. */
export interface RecordInputCommand extends InputRecord {
  /** `null` for no limit. */
  readonly rate: InputRate | null;
  /**
   * Max bytes of all files of the owner, including this one.
   *
   * @default no limit
   */
  readonly maxOwnerBytes?: number | null;
  /** Absent: the file is never refused for an erasure. */
  readonly erasures?: ErasureCheck;
}

/**
 * `owner_erased`: the owner was erased after the request began. `rate_limited`: too many uploads in the period.
 * `quota_exceeded`: more than `maxOwnerBytes`. None of them writes anything.
 */
export type RecordInputVerdict =
  | { readonly type: "recorded" }
  | { readonly type: "owner_erased" }
  | { readonly type: "quota_exceeded" }
  | { readonly type: "rate_limited"; readonly retryAfterMs: number };

/** Uploaded files that inputs refer to. */
export interface InputStore {
  /** Call it before the bytes are stored, so that `purgeInputs` also deletes the bytes of a crashed upload. */
  recordInput(command: RecordInputCommand): Promise<RecordInputVerdict>;
  /**
   * Deletes a file whose bytes could not be stored. The outbox deletes the bytes after `delayMs`: a failed `put` may still
   * store them. Does nothing if the file does not exist.
   *
   * @param command.delayMs in milliseconds, at most an hour.
   */
  dropInput(command: { readonly id: string; readonly delayMs: number }): Promise<void>;
  /**
   * Milliseconds until the rate allows the owner's next file; 0 if it does now. A read: `recordInput` may decide
   * differently a moment later.
   */
  inputWaitMs(query: { readonly ownerId: string; readonly rate: InputRate }): Promise<number>;
  /**
   * `null` if it does not exist. Does not check the owner: the caller does.
   *
   * @param query.generationId if set, returns `null` unless the file belongs to the current owner of this generation.
   */
  getInput(query: { readonly id: string; readonly generationId?: string }): Promise<InputRecord | null>;
  /**
   * Marks files of the owner as used, so that their retention restarts. Returns them, in any order.
   *
   * @param command.usedInMs milliseconds until a generation uses them, which may be in days. Default: 0.
   */
  touchInputs(command: {
    readonly ownerId: string;
    readonly ids: readonly string[];
    readonly usedInMs?: number;
  }): Promise<readonly InputRecord[]>;
  /**
   * Deletes some files that no submit has referred to for `unusedForMs`; the outbox deletes their bytes. Reads first,
   * and writes only if there is a file to delete.
   *
   * @returns the number of deleted files. If it equals the limit, there may be more.
   */
  purgeInputs(command: { readonly unusedForMs: number; readonly limit: number }): Promise<number>;
}
