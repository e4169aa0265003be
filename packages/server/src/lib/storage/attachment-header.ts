/**
 * `Content-Disposition` that has a file saved under a name. It is free of spaces: in a query they are written in two
 * ways, and not every service checks a signature over both.
 */
export function attachmentHeader(fileName: string): string {
  // What is no letter of ours goes in the form that names its encoding, which every browser reads.
  if (/^[A-Za-z0-9._-]+$/.test(fileName)) return `attachment;filename="${fileName}"`;
  return `attachment;filename*=UTF-8''${encodeURIComponent(fileName).replaceAll(/[!'()*]/g, toPercent)}`;
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
