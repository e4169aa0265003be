import { createEmitter, type Emitter } from "./emitter.js";

/** Delay before a failed load is tried again. It doubles with each failure. */
const minRetryMs = 1_000;
const maxRetryMs = 30_000;

/** A module in a chunk of its own, which the first use loads. */
export interface LateModule<Module> {
  importModule: () => Promise<Module>;
  /** `null` until it is loaded. */
  loaded: Module | null;
  /** Notified when it is loaded. */
  readonly arrivals: Emitter<Module>;
}

export function lateModule<Module>(importModule: () => Promise<Module>): LateModule<Module> {
  return { importModule, loaded: null, arrivals: createEmitter() };
}

/** Loads a module. After a failure, the next call tries again. */
export async function loadModule<Module>(module: LateModule<Module>): Promise<Module> {
  // The runtime joins imports of the same chunk.
  const loaded = await module.importModule();
  module.loaded = loaded;
  module.arrivals.emit(loaded);
  return loaded;
}

/** Options of {@link withModule}. */
export interface ModuleEffect<Module> {
  /** Runs once the module is loaded, at once if it is. It may return its own cleanup. */
  readonly run: (module: Module) => (() => void) | undefined;
  /** Called after each failed load, such as that of a chunk that a deployment has removed. */
  readonly onFailure?: () => void;
}

/**
 * Runs an effect with a late module. A failed load is retried with a growing delay.
 *
 * @returns the cleanup: the effect, if it ran, is undone, and otherwise no longer runs.
 */
export function withModule<Module>(module: LateModule<Module>, { run, onFailure }: ModuleEffect<Module>): () => void {
  if (module.loaded !== null) return run(module.loaded) ?? (() => {});
  let delayMs = minRetryMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cleanup: (() => void) | undefined;
  let isWaiting = true;
  const load = () => {
    loadModule(module).catch(() => {
      if (!isWaiting) return;
      onFailure?.();
      timer = setTimeout(load, delayMs);
      delayMs = Math.min(2 * delayMs, maxRetryMs);
    });
  };
  const stopWaiting = () => {
    isWaiting = false;
    clearTimeout(timer);
    unsubscribe();
  };
  const unsubscribe = module.arrivals.subscribe((loaded) => {
    stopWaiting();
    cleanup = run(loaded);
  });
  load();
  return () => {
    stopWaiting();
    cleanup?.();
  };
}
