import { type Generation, isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";
import { isPageHidden, onPageVisibility } from "../connection/page-visibility.js";
import { restartBackoff } from "../connection/restart-backoff.js";
import { createNoticeConfirmations, type NoticeConfirmations } from "./notice-confirmations.js";
import { isRetryable } from "./notice-errors.js";
import { choosePresenter, type NoticePresenter } from "./notice-presenter.js";
import {
  claimable,
  initialNoticeState,
  isPresented,
  leaseMs,
  type NoticeAction,
  type NoticeState,
  reduceNotices,
} from "./notice-state.js";
import { reportHostError } from "./report-host-error.js";

/** The notices of one server on this page, shared by all presenters. */
export interface Notices {
  /** Adds a presenter until the returned function is called. */
  add(presenter: NoticePresenter): () => void;
}

/** Notices per claim, as the server limits them. */
const maxPerClaim = 20;
/** Minimum delay of a hidden page, so that visible pages claim first; the maximum is twice as long. */
const hiddenDelayMs = 4_000;
/** Minimum delay before a claim or a confirmation is sent again; a growing delay is added. */
const minRetryMs = 1_000;

/** The parts of the notices of one connection. */
interface NoticeContext {
  readonly live: Live;
  readonly presenters: Set<NoticePresenter>;
  readonly confirmations: NoticeConfirmations;
  readonly state: NoticeState;
  readonly dispatch: (action: NoticeAction) => void;
  readonly retryDelayMs: () => number;
  delay: ReturnType<typeof setTimeout> | undefined;
  retry: ReturnType<typeof setTimeout> | undefined;
}

const byLive = /* @__PURE__ */ new WeakMap<Live, Notices>();

/** The notices of a live connection, created by the first call. */
export function noticesOf(live: Live): Notices {
  const notices = byLive.get(live) ?? createNotices(live);
  byLive.set(live, notices);
  return notices;
}

function createNotices(live: Live): Notices {
  const presenters = new Set<NoticePresenter>();
  const backoffMs = restartBackoff();
  const retryDelayMs = () => minRetryMs + backoffMs(Date.now());
  let state = initialNoticeState;
  let stop = () => {};
  const notices: NoticeContext = {
    live,
    presenters,
    confirmations: createNoticeConfirmations(live, {
      retryDelayMs: () => (presenters.size > 0 ? retryDelayMs() : null),
    }),
    get state() {
      return state;
    },
    dispatch: (action) => {
      state = reduceNotices(state, action);
    },
    retryDelayMs,
    delay: undefined,
    retry: undefined,
  };
  return {
    add: (presenter) => {
      if (presenters.size === 0) stop = start(notices);
      presenters.add(presenter);
      void notices.confirmations.send();
      reclaimExpired(notices);
      return () => {
        presenters.delete(presenter);
        if (presenters.size === 0) stop();
      };
    },
  };
}

function start(notices: NoticeContext): () => void {
  const { live, confirmations } = notices;
  let wasCurrent = false;
  const unsubscribe = live.subscribe(() => {
    const isBack = live.state.isCurrent && !wasCurrent;
    wasCurrent = live.state.isCurrent;
    if (isBack) reclaimExpired(notices);
    else scheduleClaim(notices);
  });
  const unsubscribeVisibility = onPageVisibility(() => {
    cancelDelay(notices);
    reclaimExpired(notices);
  });
  return () => {
    unsubscribe();
    unsubscribeVisibility();
    cancelDelay(notices);
    clearTimeout(notices.retry);
    confirmations.stop();
  };
}

/** Claims again the generations whose lease to another page has expired. */
function reclaimExpired(notices: NoticeContext): void {
  notices.dispatch({ type: "leasesChecked", now: Date.now() });
  scheduleClaim(notices);
}

function scheduleClaim(notices: NoticeContext): void {
  if (notices.delay !== undefined || !canClaim(notices)) return;
  notices.delay = setTimeout(
    () => {
      notices.delay = undefined;
      // The owner may have seen the generations during the delay.
      if (canClaim(notices)) void claim(notices);
    },
    isPageHidden() ? hiddenDelayMs * (1 + Math.random()) : 0,
  );
}

function cancelDelay(notices: NoticeContext): void {
  clearTimeout(notices.delay);
  notices.delay = undefined;
}

function canClaim(notices: NoticeContext): boolean {
  return !notices.state.isClaiming && currentPresenter(notices) !== undefined && claimableNow(notices).length > 0;
}

function claimableNow({ live, state }: NoticeContext): readonly string[] {
  const unseen = live.queryClient.getQueryData(live.active.queryKey)?.unseen ?? [];
  return claimable(
    state,
    unseen.map(({ id }) => id),
  );
}

function currentPresenter({ presenters }: NoticeContext): NoticePresenter | undefined {
  return choosePresenter(presenters, isPageHidden());
}

async function claim(notices: NoticeContext): Promise<void> {
  const ids = claimableNow(notices);
  const isRepeated = notices.state.openClaim !== null;
  const isNew = ids.some((id) => !notices.state.claimedAt.has(id));
  void notices.confirmations.send();
  const result = await sendClaim(notices);
  // The claim stays open for the next presenter that mounts.
  if (result.outcome === "unpresented") return;
  const isDone = result.outcome === "presented";
  // A repeated claim returns the result of its first attempt, without generations that finished since.
  if (!isDone || !isRepeated) {
    if (result.retryMs !== null) retryAfter(notices, result.retryMs);
    else if (isNew && result.outcome !== "failed") retryAfter(notices, leaseMs + 1_000 * (1 + Math.random()));
    notices.dispatch({ type: "claimed", ids, at: isDone ? Date.now() : Date.now() - leaseMs });
  }
  if (isDone && result.mayBeMore) void claim(notices);
  else scheduleClaim(notices);
}

/** Result of a claim. `retryMs`: delay after which the leases are checked again; `null` for that of a lease. */
type ClaimResult =
  | { readonly outcome: "presented"; readonly mayBeMore: boolean; readonly retryMs: null }
  | { readonly outcome: "unpresented" }
  | { readonly outcome: "expired"; readonly retryMs: null }
  | { readonly outcome: "failed"; readonly retryMs: number | null };

async function sendClaim(notices: NoticeContext): Promise<ClaimResult> {
  const { live, state, dispatch } = notices;
  const sentAt = Date.now();
  let isOpen = true;
  try {
    const claim = state.openClaim ?? live.client.createId();
    dispatch({ type: "claimStarted", claim });
    const { generations } = await live.client.claimNotices(claim);
    const isExpired = Date.now() - sentAt >= leaseMs;
    isOpen = !isExpired && currentPresenter(notices) === undefined;
    // After the lease has expired, for example while the device slept, another page may present them.
    if (isExpired) return { outcome: "expired", retryMs: null };
    if (isOpen) return { outcome: "unpresented" };
    return { outcome: "presented", mayBeMore: presentAll(notices, { generations, claim }), retryMs: null };
  } catch (error) {
    // The next mount or visibility change retries other errors.
    return { outcome: "failed", retryMs: isRetryable(error) ? notices.retryDelayMs() : null };
  } finally {
    dispatch({ type: "claimEnded", isOpen });
  }
}

/** Presents claimed notices, oldest first. @returns whether the server may have more */
function presentAll(
  notices: NoticeContext,
  { generations, claim }: { readonly generations: readonly Generation[]; readonly claim: string },
): boolean {
  const isNews = generations.some(({ id }) => !isPresented(notices.state, id));
  for (const generation of [...generations].reverse()) {
    if (isTerminal(generation) && present(notices, generation)) notices.confirmations.add(claim, generation.id);
  }
  void notices.confirmations.send();
  return isNews && generations.length >= maxPerClaim;
}

/** @returns whether it was presented, now or before. If not, the next claim after the lease expires receives it. */
function present(notices: NoticeContext, generation: TerminalGeneration): boolean {
  // The response belongs to an owner who has signed out.
  if (generation.ownerTag !== notices.live.state.owner.tag) return false;
  if (isPresented(notices.state, generation.id)) return true;
  const presenter = currentPresenter(notices);
  try {
    presenter?.options.onNotice(generation);
  } catch (error) {
    reportHostError(error);
  }
  if (!presenter || presenter.canShow?.() === false) return false;
  notices.dispatch({ type: "presented", id: generation.id });
  return true;
}

function retryAfter(notices: NoticeContext, delayMs: number): void {
  clearTimeout(notices.retry);
  notices.retry = setTimeout(() => reclaimExpired(notices), delayMs);
}
