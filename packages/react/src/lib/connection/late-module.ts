import { restartBackoff } from "./restart-backoff.js";

/** Added to the growing delay before a failed load is tried again. */
const minRetryMs = 1_000;

/** A module in a chunk of its own, which the first use loads. */
export interface LateModule<Module> {
  /** `null` until it is loaded. */
  readonly loaded: Module | null;
  /** Loads it once. After a failure, the next call tries again. */
  load(): Promise<Module>;
}

export function lateModule<Module>(importModule: () => Promise<Module>): LateModule<Module> {
  let loading: Promise<Module> | undefined;
  let loaded: Module | null = null;
  return {
    get loaded() {
      return loaded;
    },
    load: () => {
      loading ??= importModule().then(
        (module) => {
          loaded = module;
          return module;
        },
        (error: unknown) => {
          loading = undefined;
          throw error;
        },
      );
      return loading;
    },
  };
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
  const backoffMs = restartBackoff();
  let isDone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cleanup: (() => void) | undefined;
  const load = () => {
    module.load().then(
      (loaded) => {
        if (!isDone) cleanup = run(loaded);
      },
      () => {
        if (isDone) return;
        onFailure?.();
        timer = setTimeout(load, minRetryMs + backoffMs(Date.now()));
      },
    );
  };
  if (module.loaded === null) load();
  else cleanup = run(module.loaded);
  return () => {
    isDone = true;
    clearTimeout(timer);
    cleanup?.();
  };
}
