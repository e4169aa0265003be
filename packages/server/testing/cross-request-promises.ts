import { AsyncLocalStorage, createHook, executionAsyncId } from "node:async_hooks";

/** Runs requests, and finds promises that one request shares with another. */
export interface RequestWatch {
  /** Runs a request. Do not call it inside another request. */
  run<Result>(request: string, work: () => Result): Result;
  /** One entry for each time that a request awaited a pending promise of another request. */
  readonly violations: readonly string[];
  stop(): void;
}

/**
 * Finds promises of one request that another request awaits while they are pending. On Cloudflare Workers, such an
 * `await` can hang: the continuation runs in the other request's context, or never if that request has ended.
 */
export function watchRequests(): RequestWatch {
  const current = new AsyncLocalStorage<string>();
  const pending = new Map<number, string>();
  const violations: string[] = [];
  const hook = createHook({
    init(id, type, parentId) {
      if (type !== "PROMISE") return;
      const request = current.getStore();
      if (request === undefined) return;
      pending.set(id, request);
      const owner = pending.get(parentId);
      const isChained = parentId !== executionAsyncId();
      if (isChained && owner !== undefined && owner !== request)
        violations.push(`${request} awaited a promise of ${owner}: ${callerOf(new Error())}`);
    },
    promiseResolve(id) {
      pending.delete(id);
    },
  }).enable();
  return {
    run: (request, work) => current.run(request, work),
    violations,
    stop: () => {
      hook.disable();
    },
  };
}

/** The first line of the stack in the sources. */
function callerOf({ stack = "" }: Error): string {
  const lines = stack.split("\n").filter((line) => line.includes("/lib/") && !line.includes("cross-request-promises"));
  return lines[0]?.trim() ?? "unknown";
}
