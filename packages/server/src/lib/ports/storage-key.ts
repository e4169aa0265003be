const part = /^[A-Za-z0-9._-]{1,200}$/;

/**
 * Rejects a key that is not `<random>/<name>`, each part of 1 to 200 characters of `[A-Za-z0-9._-]`. `.` and `..` are
 * invalid parts: they would let a key escape the folder or prefix of an adapter.
 *
 * @throws {RangeError} for any other key.
 */
export function assertStorageKey(key: string): void {
  const parts = key.split("/");
  if (parts.length === 2 && parts.every(isStorageName)) return;
  throw new RangeError("A storage key is <random>/<name> of [A-Za-z0-9._-] in both parts.");
}

/**
 * Rejects a prefix that is not a valid first part of a storage key.
 *
 * @throws {RangeError} for any other prefix.
 */
export function assertStoragePrefix(prefix: string): void {
  if (isStorageName(prefix)) return;
  throw new RangeError("A prefix of storage keys is their first part, of [A-Za-z0-9._-].");
}

/** Whether the text is a valid part of a storage key. */
export function isStorageName(text: string): boolean {
  return part.test(text) && text !== "." && text !== "..";
}
