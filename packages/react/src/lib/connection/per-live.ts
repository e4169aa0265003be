import type { Live } from "./live-interface.js";

/** Returns a function that creates one value for each connection, at its first call. */
export function perLive<Value>(create: (live: Live) => Value): (live: Live) => Value {
  const values = new WeakMap<Live, Value>();
  return (live) => {
    const value = values.get(live) ?? create(live);
    values.set(live, value);
    return value;
  };
}
