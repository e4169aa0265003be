import { withSetupCode } from "../ports/setup-error.js";

/** Every option of an interface, so that the compiler reports one that is missing here. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true | "required">>;

/**
 * Rejects unknown options and missing required ones. The compiler does so in TypeScript; in JavaScript, `concurency: 2`
 * would pass silently. `where` is the function or option with these options, for the message: `createSafelight`, `worker`.
 *
 * @throws {TypeError} for an unknown or missing option, or for options that are not an object.
 */
export function checkOptionNames<Options extends object>(
  options: Options,
  { where, names }: { readonly where: string; readonly names: OptionNames<Options> },
): void {
  const known = Object.keys(names).join(", ");
  if (typeof options !== "object" || options === null) {
    throw withSetupCode("option_missing", new TypeError(`${where} needs an object of options: ${known}.`));
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) {
    throw withSetupCode(
      "option_unknown",
      new TypeError(`Unknown option "${unknown}" in ${where}. Use one of: ${known}.`),
    );
  }
  for (const [name, rule] of Object.entries(names)) {
    const value: unknown = Reflect.get(options, name);
    if (rule === "required" && (value === undefined || value === null)) {
      throw withSetupCode("option_missing", new TypeError(`${where} needs the option "${name}".`));
    }
  }
}
