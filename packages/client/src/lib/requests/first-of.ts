/** Settles as the first of some subscriptions does, then unsubscribes from all of them. */
export function firstOf<Result = void>(
  subscribe: (resolve: (result: Result) => void, reject: (reason: unknown) => void) => readonly (() => void)[],
): Promise<Result> {
  let unsubscribes: readonly (() => void)[] = [];
  return new Promise<Result>((resolve, reject) => {
    unsubscribes = subscribe(resolve, reject);
  }).finally(() => {
    for (const unsubscribe of unsubscribes) unsubscribe();
  });
}
