const kib = 1_024;
const mib = kib * kib;

/** Formats a limit in bytes, such as `25 MiB`. Rounds down, so that a value at the printed limit is accepted. */
export function formatBytes(byteLength: number): string {
  if (byteLength >= mib) return `${floorToTenth(byteLength / mib)} MiB`;
  if (byteLength >= kib) return `${floorToTenth(byteLength / kib)} KiB`;
  return `${byteLength} bytes`;
}

function floorToTenth(value: number): number {
  return Math.floor(value * 10) / 10;
}
