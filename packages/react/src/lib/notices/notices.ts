import { type Generation, isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import { activeDataOf } from "../connection/active-data-of.js";
import type { Live } from "../connection/live-interface.js";
import { isPageHidden, onPageVisibility } from "../connection/page-visibility.js";
import { perLive } from "../connection/per-live.js";
import { reportHostError } from "../connection/report-host-error.js";
import { createNoticeConfirmations, type NoticeConfirmations } from "./notice-confirmations.js";
import { isRetryable } from "./notice-errors.js";
import { choosePresenter, type NoticePresenter } from "./notice-presenter.js";

/** The notices of one server on this page, shared by all presenters. */
export interface Notices {
  /** Adds a presenter until the returned function is called. */
  add(presenter: NoticePresenter): () => void;
}

/** Lease of claimed notices on the server, in milliseconds. */
const leaseMs = 30_000;
/** Notices per claim, as the server limits them. */
const maxPerClaim = 20;
/** Minimum delay of a hidden page, so that visible pages claim first; the maximum is twice as long. */
const hiddenDelayMs = 4_000;
/** Delay before a claim or a confirmation is sent again. It doubles with each failure until a claim succeeds. */
const minRetryMs = 1_000;
const maxRetryMs = 30_000;

/** The notices of one connection, as this page has claimed and presented them. */
interface NoticeContext {
  readonly live: Live;
  readonly presenters: Set<NoticePresenter>;
  readonly confirmations: NoticeConfirmations;
  /** Failures since the last claim that succeeded. */
  failures: number;
  /** When each generation was last claimed, by id, in epoch milliseconds; `Infinity` once it was presented here. */
  readonly claimedAt: Map<string, number>;
  /** Generations that were claimed before this time are claimed again: leases of other pages may have expired. */
  reclaimBefore: number;
  /**
   * The claim whose result is unknown, or was not presented. It is repeated, since the server may have leased generations
   * to it.
   */
  openClaim: string | null;
  isClaiming: boolean;
  delay: ReturnType<typeof setTimeout> | undefined;
  retry: ReturnType<typeof setTimeout> | undefined;
}

/** The notices of a live connection. */
export const noticesOf = /* @__PURE__ */ perLive(createNotices);

function createNotices(live: Live): Notices {
  const presenters = new Set<NoticePresenter>();
  let stop = () => {};
  const notices: NoticeContext = {
    live,
    presenters,
    confirmations: createNoticeConfirmations(live, {
      retryDelayMs: () => (presenters.size > 0 ? nextRetryMs(notices) : null),
    }),
    failures: 0,
    claimedAt: new Map(),
    reclaimBefore: 0,
    openClaim: null,
    isClaiming: false,
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
  notices.reclaimBefore = Date.now() - leaseMs;
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
  return !notices.isClaiming && currentPresenter(notices) !== undefined && claimableNow(notices).length > 0;
}

function claimableNow({ live, claimedAt, reclaimBefore }: NoticeContext): readonly string[] {
  const unseen = activeDataOf(live)?.unseen ?? [];
  return unseen.map(({ id }) => id).filter((id) => (claimedAt.get(id) ?? -1) < reclaimBefore);
}

function currentPresenter({ presenters }: NoticeContext): NoticePresenter | undefined {
  return choosePresenter(presenters, isPageHidden());
}

async function claim(notices: NoticeContext): Promise<void> {
  const { live, claimedAt } = notices;
  const ids = claimableNow(notices);
  const isRepeated = notices.openClaim !== null;
  const isNew = ids.some((id) => !claimedAt.has(id));
  const sentAt = Date.now();
  let retryMs = isNew ? leaseMs + 1_000 * (1 + Math.random()) : null;
  let isDone = false;
  let mayBeMore = false;
  void notices.confirmations.send();
  notices.isClaiming = true;
  try {
    notices.openClaim ??= live.client.createId();
    const claim = notices.openClaim;
    const { generations } = await live.client.claimNotices(claim);
    // After the lease has expired, for example while the device slept, another page may present them.
    isDone = Date.now() - sentAt < leaseMs;
    // The claim stays open for the next presenter that mounts.
    if (isDone && currentPresenter(notices) === undefined) return;
    notices.openClaim = null;
    notices.failures = 0;
    mayBeMore = isDone && presentAll(notices, { generations, claim });
  } catch (error) {
    // The next mount or visibility change retries other errors.
    retryMs = isRetryable(error) ? nextRetryMs(notices) : null;
  } finally {
    notices.isClaiming = false;
  }
  // A repeated claim returns the result of its first attempt, without generations that finished since.
  if (!isDone || !isRepeated) {
    if (retryMs !== null) retryAfter(notices, retryMs);
    const at = isDone ? Date.now() : Date.now() - leaseMs;
    for (const id of ids) if (!isPresented(notices, id)) claimedAt.set(id, at);
  }
  if (mayBeMore) void claim(notices);
  else scheduleClaim(notices);
}

function isPresented({ claimedAt }: NoticeContext, id: string): boolean {
  return claimedAt.get(id) === Infinity;
}

/** Presents claimed notices, oldest first. @returns whether the server may have more */
function presentAll(
  notices: NoticeContext,
  { generations, claim }: { readonly generations: readonly Generation[]; readonly claim: string },
): boolean {
  const isNews = generations.some(({ id }) => !isPresented(notices, id));
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
  if (isPresented(notices, generation.id)) return true;
  const presenter = currentPresenter(notices);
  try {
    presenter?.options.onNotice(generation);
  } catch (error) {
    reportHostError(error);
  }
  if (!presenter || presenter.canShow?.() === false) return false;
  notices.claimedAt.set(generation.id, Infinity);
  return true;
}

function nextRetryMs(notices: NoticeContext): number {
  notices.failures += 1;
  return Math.min(minRetryMs * 2 ** (notices.failures - 1), maxRetryMs);
}

function retryAfter(notices: NoticeContext, delayMs: number): void {
  clearTimeout(notices.retry);
  notices.retry = setTimeout(() => reclaimExpired(notices), delayMs);
}
