/** What a host keeps at most unless it says otherwise. */
const usualOutputBytes = 67_108_864;
/** For everything in an answer that is no picture. */
const wordsBytes = 1_048_576;

/** How many bytes an answer with pictures in base64 may have: none of a picture that is kept is beyond it. */
export function longestAnswer(maxOutputBytes: number = usualOutputBytes, pictures = 1): number {
  return Math.ceil((maxOutputBytes * 4) / 3) * pictures + wordsBytes;
}
