/** An uploaded picture, to which the inputs of its owner may refer. */
export interface InputRecord {
  /** `inp_` and a UUIDv7 in lower case. */
  readonly id: string;
  readonly ownerId: string;
  readonly storageKey: string;
  /** Found in the bytes. */
  readonly contentType: string;
  readonly byteLength: number;
  readonly sha256: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** How many pictures an owner may upload in a time. */
export interface InputRate {
  readonly requests: number;
  readonly perMs: number;
}

/** An uploaded picture that is to be kept. Sent again with the same id, it is recorded once. */
export interface RecordInputCommand extends InputRecord {
  /** `null` for no limit. */
  readonly rate: InputRate | null;
  /** Max bytes of all images of the owner, including this one. @default no limit */
  readonly maxOwnerBytes?: number | null;
}

/** `rate_limited`: too many in a short time. `quota_exceeded`: more than `maxOwnerBytes`. Nothing was written then. */
export type RecordInputVerdict =
  | { readonly type: "recorded" }
  | { readonly type: "quota_exceeded" }
  | { readonly type: "rate_limited"; readonly retryAfterMs: number };

/** Pictures that inputs refer to. */
export interface InputStore {
  /** Writes the row before the bytes are stored, so that whatever dies in between is forgotten with it. */
  recordInput(command: RecordInputCommand): Promise<RecordInputVerdict>;
  /**
   * How long an owner waits until the next picture is taken, in milliseconds; 0 where it is now. A read, which `recordInput`
   * need not agree with a moment later.
   */
  inputWaitMs(query: { readonly ownerId: string; readonly rate: InputRate }): Promise<number>;
  /**
   * `null` when there is none. Whoever asks decides whose it must be.
   *
   * @param query.generationId where given, one that is not of this generation's owner by now is none.
   */
  getInput(query: { readonly id: string; readonly generationId?: string }): Promise<InputRecord | null>;
  /** Those of these that are the owner's, in any order. They count as used now: they stay for as long as the host says. */
  findInputs(command: { readonly ownerId: string; readonly ids: readonly string[] }): Promise<readonly InputRecord[]>;
  /**
   * Forgets some of those that no submit has referred to for so long; their bytes follow through the outbox. Reads first, and
   * writes only when there is something to forget.
   *
   * @returns how many it forgot: where it is the limit, there may be more.
   */
  purgeInputs(command: { readonly unusedForMs: number; readonly limit: number }): Promise<number>;
}
