/** What a host keeps at most unless it says otherwise. */
const usualOutputBytes = 67_108_864;
/** No answer is read that is longer than any text can be: V8 makes none of more characters, and ASCII has one in each byte. */
const longestText = 536_870_888;

/** For an answer of words alone: a status with the log of a long run, or a result with addresses. In bytes. */
export const longestWords = 4_194_304;

/** For an answer that repeats what was sent, with the pictures in it. In bytes, as the text of JSON mostly has. */
export function longestEcho(sent: string): number {
  return Math.min(sent.length + longestWords, longestText);
}

/**
 * How many bytes an answer with pictures in base64 may have: none of a picture that is kept is beyond it.
 *
 * @param wordsBytes for everything in the answer that is no picture.
 */
export function longestAnswer(maxOutputBytes: number = usualOutputBytes, pictures = 1, wordsBytes = 1_048_576): number {
  return Math.min(Math.ceil((maxOutputBytes * 4) / 3) * pictures + wordsBytes, longestText);
}
