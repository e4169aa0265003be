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

/** A claim whose result is unknown, or was not presented. It is repeated, since the server may have leased notices to it. */
interface OpenClaim {
  readonly name: string;
  /** Epoch milliseconds of the first attempt. The server does not extend a valid lease for a repeated one. */
  readonly sentAt: number;
}

/** The notices of one connection, as this page has claimed and presented them. */
interface NoticeContext {
  readonly live: Live;
  readonly presenters: Set<NoticePresenter>;
  readonly confirmations: NoticeConfirmations;
  /** Failures since the last claim that succeeded. */
  failures: number;
  /** Ids of generations that were presented here. */
  readonly presented: Set<string>;
  /**
   * When each generation that was claimed but not presented is claimed again, by id, in epoch milliseconds: once the lease
   * of another page has expired. `null` to wait for an occasion: a mount, a visible page, a reconnect.
   */
  readonly waits: Map<string, number | null>;
  openClaim: OpenClaim | null;
  isClaiming: boolean;
  /** Timer of the next claim. */
  delay: ReturnType<typeof setTimeout> | undefined;
  /** Timer of the first lease that expires. */
  expiry: ReturnType<typeof setTimeout> | undefined;
  /** Timer after a failure. */
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
    presented: new Set(),
    waits: new Map(),
    openClaim: null,
    isClaiming: false,
    delay: undefined,
    expiry: undefined,
    retry: undefined,
  };
  return {
    add: (presenter) => {
      if (presenters.size === 0) stop = start(notices);
      presenters.add(presenter);
      void notices.confirmations.send();
      claimAgain(notices);
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
    if (isBack) claimAgain(notices);
    else scheduleClaim(notices);
  });
  const unsubscribeVisibility = onPageVisibility(() => {
    cancelDelay(notices);
    claimAgain(notices);
  });
  return () => {
    unsubscribe();
    unsubscribeVisibility();
    cancelDelay(notices);
    clearTimeout(notices.expiry);
    clearTimeout(notices.retry);
    confirmations.stop();
  };
}

/** At an occasion, or after a failure: claims again all generations that do not wait for a lease to expire. */
function claimAgain(notices: NoticeContext): void {
  for (const [id, until] of notices.waits) if (until === null) notices.waits.delete(id);
  scheduleClaim(notices);
}

/** Claims the generations that can be claimed now, and sets the timer for the others. */
function scheduleClaim(notices: NoticeContext): void {
  awaitExpiry(notices);
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

function awaitExpiry(notices: NoticeContext): void {
  const now = Date.now();
  const delaysMs = [...notices.waits.values()].map((until) => (until ?? 0) - now).filter((delayMs) => delayMs > 0);
  clearTimeout(notices.expiry);
  if (delaysMs.length > 0) notices.expiry = setTimeout(() => scheduleClaim(notices), Math.min(...delaysMs));
}

function canClaim(notices: NoticeContext): boolean {
  return !notices.isClaiming && currentPresenter(notices) !== undefined && claimableNow(notices).length > 0;
}

function claimableNow({ live, presented, waits }: NoticeContext): readonly string[] {
  const isClaimable = (id: string) => {
    const until = waits.get(id);
    return !presented.has(id) && (until === undefined || (until !== null && until <= Date.now()));
  };
  return (activeDataOf(live)?.unseen ?? []).map(({ id }) => id).filter(isClaimable);
}

function currentPresenter({ presenters }: NoticeContext): NoticePresenter | undefined {
  return choosePresenter(presenters, isPageHidden());
}

async function claim(notices: NoticeContext): Promise<void> {
  const { live, waits, presented } = notices;
  const ids = claimableNow(notices);
  const before = notices.openClaim;
  let mayBeMore = false;
  void notices.confirmations.send();
  notices.isClaiming = true;
  try {
    const open = before && isInTime(before) ? before : { name: live.client.createId(), sentAt: Date.now() };
    notices.openClaim = open;
    const { generations } = await live.client.claimNotices(open.name);
    const hasLease = isInTime(open);
    // The claim stays open for the next presenter that mounts.
    if (hasLease && currentPresenter(notices) === undefined) return;
    notices.openClaim = null;
    notices.failures = 0;
    mayBeMore = hasLease && presentAll(notices, { generations, claim: open.name });
    // A repeated claim returns the result of its first attempt, without generations that finished since.
    if (hasLease && open !== before) {
      // Another page may hold the lease, and crash. If the next claim omits them, too, that page has probably presented them.
      const expiresAt = Date.now() + leaseMs + 1_000 * (1 + Math.random());
      for (const id of ids) if (!presented.has(id)) waits.set(id, waits.has(id) ? null : expiresAt);
    }
  } catch (error) {
    for (const id of ids) waits.set(id, null);
    if (isRetryable(error)) {
      clearTimeout(notices.retry);
      notices.retry = setTimeout(() => claimAgain(notices), nextRetryMs(notices));
    }
  } finally {
    notices.isClaiming = false;
  }
  if (mayBeMore) void claim(notices);
  else scheduleClaim(notices);
}

/** Whether the lease of a claim is valid. After it, for example while the device slept, another page may present. */
function isInTime({ sentAt }: OpenClaim): boolean {
  return Date.now() - sentAt < leaseMs;
}

/** Presents claimed notices, oldest first. @returns whether the server may have more */
function presentAll(
  notices: NoticeContext,
  { generations, claim }: { readonly generations: readonly Generation[]; readonly claim: string },
): boolean {
  const hasNew = generations.some(({ id }) => !notices.presented.has(id));
  for (const generation of [...generations].reverse()) {
    if (isTerminal(generation) && present(notices, generation)) notices.confirmations.add(claim, generation.id);
  }
  void notices.confirmations.send();
  return hasNew && generations.length >= maxPerClaim;
}

/** @returns whether it was presented, now or before. If not, the next claim after the lease expires receives it. */
function present(notices: NoticeContext, generation: TerminalGeneration): boolean {
  // The response belongs to an owner who has signed out.
  if (generation.ownerTag !== notices.live.state.owner.tag) return false;
  if (notices.presented.has(generation.id)) return true;
  const presenter = currentPresenter(notices);
  try {
    presenter?.options.onNotice(generation);
  } catch (error) {
    reportHostError(error);
  }
  if (!presenter || presenter.canShow?.() === false) return false;
  notices.presented.add(generation.id);
  return true;
}

function nextRetryMs(notices: NoticeContext): number {
  notices.failures += 1;
  return Math.min(minRetryMs * 2 ** (notices.failures - 1), maxRetryMs);
}
