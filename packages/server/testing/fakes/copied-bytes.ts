import { createHash } from "node:crypto";
import type { CopiedBytes, CopyOutcome } from "../../src/lib/ports/media-copier.js";

/** The outcome of a copier that has copied these bytes. */
export function copiedBytes(bytes: Uint8Array, { close = async () => {} }: Partial<CopiedBytes> = {}): CopyOutcome {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const body = new Blob([new Uint8Array(bytes)]);
  return { type: "copied", body, sha256, contentType: "application/octet-stream", close };
}

/** Reads an outcome into a comparable value, and closes it. The value has `wrongHash` if the hash does not match. */
export async function readCopied(outcome: CopyOutcome): Promise<unknown> {
  if (outcome.type !== "copied") return outcome;
  const { body, close, contentType, sha256, type } = outcome;
  try {
    const bytes = new Uint8Array(await body.arrayBuffer());
    const isRight = createHash("sha256").update(bytes).digest("hex") === sha256;
    return { type, bytes, contentType, ...(!isRight && { wrongHash: sha256 }) };
  } finally {
    await close();
  }
}
