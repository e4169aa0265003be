/** The signed-in user that this page knows. */
export interface Owner {
  /** Grows whenever another user may have signed in. Work that began in one epoch does not belong to the next. */
  readonly epoch: number;
  /** `null` while unknown. */
  readonly tag: string | null;
  /**
   * Whether the server identified this owner to this page while it was connected. Data that came with the page, or from an
   * earlier visit, is no proof.
   */
  readonly isConfirmed: boolean;
}

export const unknownOwner: Owner = { epoch: 0, tag: null, isConfirmed: false };

/** Whether data of this tag may be shown. Before any owner is known, data that came with the page may. */
export function mayShow({ epoch, tag }: Owner, ownerTag: string): boolean {
  return ownerTag === tag || (tag === null && epoch === unknownOwner.epoch);
}
