/** Variables by their names, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A mistake in the environment, told in one line. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A variable without the blanks around it; `null` when it is not set, or empty. */
export function readVariable(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

/**
 * A variable that names an origin, such as `https://demo.example.com`; `null` when it is not set.
 *
 * @throws {SettingsError} when it names anything else.
 */
export function readOrigin(environment: Environment, name: string): string | null {
  const text = readVariable(environment, name);
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href) return url.origin;
  throw new SettingsError(`${name} must be an origin, such as https://demo.example.com, not ${text}`);
}
