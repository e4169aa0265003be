const registryKey = Symbol.for("safelight");

/**
 * A map that all copies of this package in the process share. Frameworks load a module more than once (once for routes,
 * once for instrumentation), so shared state cannot live in a module.
 *
 * @param name the same name must always have the same type of value.
 */
export function processMap<Value>(name: "channels" | "workers"): Map<string, Value> {
  // The cast holds because only this function writes under this symbol.
  const holder = globalThis as { [registryKey]?: Partial<Record<typeof name, Map<string, unknown>>> };
  holder[registryKey] ??= {};
  holder[registryKey][name] ??= new Map();
  // The cast holds by the rule for `name`.
  return holder[registryKey][name] as Map<string, Value>;
}
