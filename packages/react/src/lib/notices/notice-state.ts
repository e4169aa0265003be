/** Lease of claimed notices on the server, in milliseconds. */
export const leaseMs = 30_000;

/** The notices of one server, as this page has claimed and presented them. */
export interface NoticeState {
  /** When each generation was last claimed, by id, in epoch milliseconds; `Infinity` once it was presented here. */
  readonly claimedAt: ReadonlyMap<string, number>;
  /** Generations that were claimed before this time are claimed again. */
  readonly reclaimBefore: number;
  /** The claim without a known result. It is repeated, since the server may have leased generations to it. */
  readonly openClaim: string | null;
  readonly isClaiming: boolean;
}

/** A transition of {@link NoticeState}. */
export type NoticeAction =
  /** Leases of other pages may have expired. */
  | { readonly type: "leasesChecked"; readonly now: number }
  | { readonly type: "claimStarted"; readonly claim: string }
  /** `isOpen`: its result is unknown, or no presenter has seen it. */
  | { readonly type: "claimEnded"; readonly isOpen: boolean }
  /** The generations count as claimed at this time, except presented ones. */
  | { readonly type: "claimed"; readonly ids: readonly string[]; readonly at: number }
  | { readonly type: "presented"; readonly id: string };

export const initialNoticeState: NoticeState = {
  claimedAt: new Map(),
  reclaimBefore: 0,
  openClaim: null,
  isClaiming: false,
};

export function reduceNotices(state: NoticeState, action: NoticeAction): NoticeState {
  switch (action.type) {
    case "leasesChecked":
      return { ...state, reclaimBefore: action.now - leaseMs };
    case "claimStarted":
      return { ...state, isClaiming: true, openClaim: action.claim };
    case "claimEnded":
      return { ...state, isClaiming: false, openClaim: action.isOpen ? state.openClaim : null };
    case "claimed": {
      const ids = action.ids.filter((id) => !isPresented(state, id));
      return { ...state, claimedAt: new Map([...state.claimedAt, ...ids.map((id) => [id, action.at] as const)]) };
    }
    case "presented":
      return { ...state, claimedAt: new Map([...state.claimedAt, [action.id, Infinity]]) };
  }
}

export function isPresented({ claimedAt }: NoticeState, id: string): boolean {
  return claimedAt.get(id) === Infinity;
}

/** The generations among these that the page may claim now. */
export function claimable({ claimedAt, reclaimBefore }: NoticeState, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => (claimedAt.get(id) ?? -1) < reclaimBefore);
}
