/** Every option of an interface, so that the compiler reports one that is missing here. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses an option that does not exist. The compiler does so in TypeScript; in JavaScript, `concurency: 2` would pass
 * silently.
 *
 * @param where what takes the options, as the message names it: `createSafelight`, `worker`.
 * @throws {TypeError} for an unknown option, or for options that are not an object.
 */
export function checkOptionNames<Options extends object>(
  options: Options,
  where: string,
  names: OptionNames<Options>,
): void {
  if (typeof options !== "object" || options === null) throw new TypeError(`${where} must be an object of options.`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  throw new TypeError(`Unknown option "${unknown}" in ${where}. Use one of: ${Object.keys(names).join(", ")}.`);
}
