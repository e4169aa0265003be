/** Delay before a failed load is tried again. It doubles with each failure. */
const minRetryMs = 1_000;
const maxRetryMs = 30_000;
/** A load that takes longer may hang, such as on a network that drops every packet. */
const slowMs = 10_000;

/** A module in a chunk of its own, which the first use loads. */
export interface LateModule<Module> {
  importModule: () => Promise<Module>;
  /** `null` until it is loaded. */
  loaded: Module | null;
  /** The running load. */
  loading: Promise<Module> | null;
  /** Effects that wait for it. Called after each load, with `null` if it failed, and again and again while one hangs. */
  readonly waiting: Set<(loaded: Module | null) => void>;
  /** Timer of the next load for them. */
  retry: ReturnType<typeof setTimeout> | undefined;
  /** Delay of the next retry. */
  retryMs: number;
}

export function lateModule<Module>(importModule: () => Promise<Module>): LateModule<Module> {
  return { importModule, loaded: null, loading: null, waiting: new Set(), retry: undefined, retryMs: minRetryMs };
}

/** Loads a module. After a failure, the next call tries again. */
export function loadModule<Module>(module: LateModule<Module>): Promise<Module> {
  module.loading ??= load(module);
  return module.loading;
}

/** Options of {@link withModule}. */
export interface ModuleEffect<Module> {
  /** Runs once the module is loaded, at once if it is. It may return its own cleanup. */
  readonly run: (module: Module) => (() => void) | undefined;
  /** Called after each failed load, such as that of a chunk that a deployment has removed, and every 10 s of a slow one. */
  readonly onFailure?: (() => void) | undefined;
}

/**
 * Runs an effect with a late module. A failed load is retried with a growing delay, once for all effects.
 *
 * @returns the cleanup: the effect, if it ran, is undone, and otherwise no longer runs.
 */
export function withModule<Module>(module: LateModule<Module>, { run, onFailure }: ModuleEffect<Module>): () => void {
  if (module.loaded) return run(module.loaded) ?? (() => {});
  const { waiting } = module;
  let cleanup: (() => void) | undefined;
  const onLoad = (loaded: Module | null) => {
    if (!loaded) return onFailure?.();
    waiting.delete(onLoad);
    cleanup = run(loaded);
  };
  waiting.add(onLoad);
  if (!module.retry) loadModule(module).catch(() => {});
  return () => {
    waiting.delete(onLoad);
    if (waiting.size === 0) stopRetry(module);
    cleanup?.();
  };
}

async function load<Module>(module: LateModule<Module>): Promise<Module> {
  stopRetry(module);
  const slow = setInterval(notify, slowMs, module);
  try {
    module.loaded = await module.importModule();
    return module.loaded;
  } finally {
    clearInterval(slow);
    module.loading = null;
    if (!module.loaded && module.waiting.size > 0) {
      module.retry = setTimeout(() => loadModule(module).catch(() => {}), module.retryMs);
      module.retryMs = Math.min(2 * module.retryMs, maxRetryMs);
    }
    notify(module);
  }
}

function notify<Module>({ waiting, loaded }: LateModule<Module>): void {
  // In microtasks of their own: an exception of one effect is the host's, and must not keep the others from running.
  for (const onLoad of waiting) queueMicrotask(() => waiting.has(onLoad) && onLoad(loaded));
}

function stopRetry<Module>(module: LateModule<Module>): void {
  clearTimeout(module.retry);
  module.retry = undefined;
}
