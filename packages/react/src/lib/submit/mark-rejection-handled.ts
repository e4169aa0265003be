/** Runs a command, and marks its rejection as handled: an event handler may ignore it, and a caller may still await it. */
export function markRejectionHandled<Result>(command: () => Promise<Result>): Promise<Result> {
  const promise = new Promise<Result>((resolve) => resolve(command()));
  promise.catch(() => {});
  return promise;
}
