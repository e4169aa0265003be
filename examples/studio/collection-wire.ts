import type { Output } from "@safelight/client/contract";

/** A collection is visible to its creator, or to each member of an organization. */
export type Visibility = "private" | "organization";

/** A collection as the page receives it. */
export interface Collection {
  readonly id: string;
  readonly name: string;
  readonly visibility: Visibility;
  /** `null` for a private collection. */
  readonly organizationId: string | null;
  /** Whether the caller created it, and may share or delete it. */
  readonly isMine: boolean;
  readonly itemCount: number;
}

/** A finished generation in a collection, without the credits and the settings of its owner. */
export interface CollectionItem {
  readonly generationId: string;
  readonly prompt: string;
  readonly outputs: readonly Output[];
  /** Whether the caller may remove it: its owner and the creator of the collection may. */
  readonly isRemovable: boolean;
}

/** Codes of refused requests, with the text for the user. */
export const collectionProblems = {
  unauthenticated: "You are signed out. Sign in again.",
  not_found: "This collection does not exist, or is not shared with you any more.",
  not_yours: "Only its creator can do this.",
  not_a_member: "You are not a member of this organization any more.",
  not_completed: "Only finished generations of your own can be added.",
  full: "A collection has at most 200 generations.",
  invalid: "Write a name of 1 to 80 characters.",
} as const;

export type CollectionProblem = keyof typeof collectionProblems;
