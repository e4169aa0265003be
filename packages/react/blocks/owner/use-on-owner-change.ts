import { useLayoutEffect, useRef } from "react";
import { useOwnerKey } from "./use-owner-key";

/**
 * Calls `onChange` when `useOwnerKey` changes, before the browser paints. For state of a parent, which a `key` in the child cannot
 * drop.
 */
export function useOnOwnerChange(onChange: () => void): void {
  const ownerKey = useOwnerKey();
  const knownKey = useRef(ownerKey);
  useLayoutEffect(() => {
    if (knownKey.current === ownerKey) return;
    knownKey.current = ownerKey;
    onChange();
  });
}
