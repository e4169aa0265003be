/** Passes a value to everything that a function calls, also after its awaits. */
export interface AsyncScope<Value> {
  run<Result>(value: Value, work: () => Result): Result;
  /** `undefined` outside of `run`. */
  getStore(): Value | undefined;
}

/** The used part of Node's `process`. Bun has it, and Cloudflare Workers with `nodejs_compat`. */
interface Platform {
  readonly process?: {
    getBuiltinModule?(name: string): { readonly AsyncLocalStorage: new () => AsyncScope<unknown> } | undefined;
  };
}

/** Creates a scope. On a platform without `node:async_hooks`, it passes nothing. */
export function createAsyncScope<Value>(platform: object = globalThis): AsyncScope<Value> {
  // Looked up at run time: an import would break the package on platforms without the module.
  const hooks = (platform as Platform).process?.getBuiltinModule?.("node:async_hooks");
  // The cast is safe: a scope returns the values that it was given.
  if (hooks !== undefined) return new hooks.AsyncLocalStorage() as AsyncScope<Value>;
  return { run: (_, work) => work(), getStore: () => undefined };
}
