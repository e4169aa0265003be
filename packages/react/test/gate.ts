/** A promise that the test settles: what waits for it goes on when the gate is opened. */
export function closedGate(): { readonly before: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const before = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { before, open };
}
