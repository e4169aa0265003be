/** Copies bytes into a `Blob`, the type that storages take. */
export function blobFrom(bytes: Uint8Array): Blob {
  // The platform's type excludes shared memory, which no request, provider or storage hands out.
  return new Blob([bytes as Uint8Array<ArrayBuffer>]);
}
