import { tinyPng } from "../../packages/server/testing/tiny-png.js";

/** The file of an output of Ada. */
export const madeFile = tinyPng();

const callers = ["ada", "eve", "eve on the account of ada", "member", null] as const;

/**
 * Sends an output of Ada, and a file that no generation made, to the public route as each caller. All callers must receive the
 * same two facts, and nothing about Ada.
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
