/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An invalid setting. The message is one line, for the person who starts the demo. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A variable without surrounding whitespace; `null` when it is unset or blank. */
export function readVariable(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

/**
 * A variable that holds an origin, such as `https://demo.example.com`; `null` when it is unset or blank.
 *
 * @throws {SettingsError} when the value is not an http or https origin.
 */
export function readOrigin(environment: Environment, name: string): string | null {
  const text = readVariable(environment, name);
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href) return url.origin;
  throw new SettingsError(`Invalid ${name} "${text}": use an origin, such as https://demo.example.com`);
}
