import { audioHeader, type ContainerReader, durationMsOf } from "./container-header.js";

/**
 * Reads the first block of a FLAC: 20 bits of sample rate, 8 of channels and depth, and 36 of the number of samples.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9639#section-8.2 (checked 2026-11)
 */
export const readFlacHeader: ContainerReader = async (file) => {
  const view = await file.view(4, 38);
  const isStreamInfo = (view.getUint8(0) & 0x7f) === 0;
  const rate = view.getUint32(14) >>> 12;
  if (!isStreamInfo || rate === 0) return null;
  const samples = (view.getUint8(17) & 15) * 2 ** 32 + view.getUint32(18);
  return audioHeader("audio/flac", durationMsOf(samples / rate));
};
