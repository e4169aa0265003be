/** Bytes in memory as what storages take. It holds a copy of them. */
export function blobFrom(bytes: Uint8Array): Blob {
  // The platform's type excludes shared memory, which no request, provider or storage hands out.
  return new Blob([bytes as Uint8Array<ArrayBuffer>]);
}
