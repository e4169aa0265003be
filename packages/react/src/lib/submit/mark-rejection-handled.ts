/**
 * Runs a command whose failure its caller may look at or leave: the promise rejects for whoever awaits it, and an
 * event handler that ignores it leaves no unhandled rejection behind.
 */
export function markRejectionHandled<Result>(command: () => Promise<Result>): Promise<Result> {
  const promise = new Promise<Result>((resolve) => resolve(command()));
  promise.catch(() => {});
  return promise;
}
