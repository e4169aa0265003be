import { useState } from "react";
import { useActiveGeneration } from "../hooks";

/**
 * A number that changes when a known user is replaced or becomes unknown: after a sign-in, also in another tab, and after the
 * host has cleared the cache. It does not change when an unknown user becomes known, such as by the first response. As the
 * `key` of a component, it drops all state of the previous user.
 */
export function useOwnerKey(): number {
  const { ownerTag } = useActiveGeneration();
  const [owner, setOwner] = useState({ tag: ownerTag, key: 0 });
  if (ownerTag === owner.tag) return owner.key;
  const key = owner.tag === null ? owner.key : owner.key + 1;
  // During the render: after an effect, one render would show the state of the previous user.
  setOwner({ tag: ownerTag, key });
  return key;
}
