import { useState } from "react";
import { useOwnerTag } from "./use-owner-tag";

/**
 * A number that changes when another user signs in, also in another tab, and when the host clears the cache. As the `key` of a
 * component, it drops all state of the user before. The first response, which identifies the user, does not change it.
 */
export function useOwnerKey(): number {
  const tag = useOwnerTag();
  const [owner, setOwner] = useState({ tag, key: 0 });
  if (tag === owner.tag) return owner.key;
  const key = owner.tag === null ? owner.key : owner.key + 1;
  // During the render: after an effect, one render would show the state of the user before.
  setOwner({ tag, key });
  return key;
}
