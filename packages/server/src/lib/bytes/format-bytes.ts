const kib = 1_024;
const mib = kib * kib;

/** A limit in bytes as people read it, such as `25 MiB`. Rounded down, so that what is told is never refused. */
export function sizeInWords(byteLength: number): string {
  if (byteLength >= mib) return `${inTenths(byteLength / mib)} MiB`;
  if (byteLength >= kib) return `${inTenths(byteLength / kib)} KiB`;
  return `${byteLength} bytes`;
}

function inTenths(value: number): number {
  return Math.floor(value * 10) / 10;
}
