/** The headers of a request: ours override those of the link with the same name. */
export function requestHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "user-agent": "safelight",
    accept: "*/*",
    ...inLowerCase(headers),
    // An uncompressed body cannot be a decompression bomb.
    "accept-encoding": "identity",
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
