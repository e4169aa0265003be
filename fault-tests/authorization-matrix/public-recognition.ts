import { tinyPng } from "../../packages/server/testing/tiny-png.js";

/** A file that Ada's generations made. */
export const madeFile = tinyPng();

const callers = ["ada", "eve", "eve on the account of ada", "member", null] as const;

/**
 * Sends a file of Ada's to the public route, and one that no generation made, as every caller. All must receive the same
 * facts, which have no further member.
 */
export async function checkRecognition({
  check,
  send,
}: {
  /** Returns the body of the response. */
  readonly send: (identity: string | null, file: Uint8Array<ArrayBuffer>) => Promise<string>;
  readonly check: (wrong: string | null) => void;
}): Promise<void> {
  const other = tinyPng(7);
  for (const caller of callers) {
    for (const [file, madeHere] of [
      [madeFile, true],
      [other, false],
    ] as const) {
      const text = await send(caller, new Uint8Array(file));
      const expected = JSON.stringify({ file: { madeHere, mark: null } });
      check(text === expected ? null : `recognize responds to ${caller ?? "an anonymous caller"} with ${text}`);
    }
  }
}
