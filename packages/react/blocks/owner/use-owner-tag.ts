import { activeQueryOptions } from "@safelight/react/query";
import { useQuery } from "@tanstack/react-query";
import { client } from "../hooks";

/** `ownerTag` of the user whose data the page shows; `null` while unknown. */
export function useOwnerTag(): string | null {
  const { data = null } = useQuery({ ...activeQueryOptions(client), select: ({ ownerTag }) => ownerTag });
  return data;
}
