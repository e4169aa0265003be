/** A promise that the test resolves by opening the gate. */
export function closedGate(): { readonly before: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const before = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { before, open };
}
