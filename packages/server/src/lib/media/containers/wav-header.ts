import { audioHeader, type ContainerReader, durationMsOf, PartLimit } from "./container-header.js";

/** Lengths that encoders write before they know the real one, as in a WAV that is written to a stream. */
export const openLengths: readonly number[] = [0, 0xffff_ffff];

/**
 * Reads the format of a WAV, and the length of its samples.
 *
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html (checked 2026-11)
 */
export const readWavHeader: ContainerReader = async (file) => {
  const parts = new PartLimit();
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= file.size; ) {
    parts.visit();
    const [name, length] = [await file.text(at, 4), (await file.view(at + 4, 4)).getUint32(0, true)];
    const start = at + 8;
    if (name === "fmt ") bytesPerSecond = (await file.view(start, 16)).getUint32(8, true);
    if (name === "data") {
      if (bytesPerSecond === 0) return null;
      const restBytes = file.size - start;
      const sampleBytes = openLengths.includes(length) ? restBytes : Math.min(length, restBytes);
      return audioHeader("audio/wav", durationMsOf(sampleBytes / bytesPerSecond));
    }
    at = start + length + (length % 2);
  }
  return null;
};
