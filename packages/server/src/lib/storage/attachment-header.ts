/**
 * `Content-Disposition` that saves a file under a name. It has no spaces: a query encodes them in two ways, and some
 * services verify a signature over only one of them.
 */
export function attachmentHeader(fileName: string): string {
  // Other characters need the extended form with its encoding, which every browser supports.
  if (/^[A-Za-z0-9._-]+$/.test(fileName)) return `attachment;filename="${fileName}"`;
  return `attachment;filename*=UTF-8''${encodeURIComponent(fileName).replaceAll(/[!'()*]/g, toPercent)}`;
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
