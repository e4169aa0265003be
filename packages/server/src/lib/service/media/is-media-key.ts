const uuid = "[0-9a-f]{32}";
const sha256 = "[0-9a-f]{64}";
const shortHash = "[0-9a-f]{16}";
const mediaKey = new RegExp(`^${uuid}/(?:\\d+-${sha256}|\\d+-thumb-${shortHash}|preview-\\d+(?:-\\d+)?-${shortHash})$`);

/** Returns whether a storage key has the form that Safelight gives to outputs, thumbnails, previews and uploads. */
export function isMediaKey(key: string): boolean {
  return mediaKey.test(key);
}
