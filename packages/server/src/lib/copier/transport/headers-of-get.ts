/** The headers of a question: those of the link, and ours in place of those of the same name. */
export function headersOfGet(headers: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "user-agent": "safelight",
    accept: "*/*",
    ...inLowerCase(headers),
    // What was never packed cannot blow up.
    "accept-encoding": "identity",
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
