import type { SafelightError } from "@safelight/client";
import { isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import { isSignedOut } from "../connection/error-code.js";
import type { Live } from "../connection/live-interface.js";
import { isPageHidden, onPageVisibility } from "../connection/page-visibility.js";
import { restartBackoff } from "../connection/restart-backoff.js";
import { reportHostError } from "./report-host-error.js";

/** A mounted hook that presents notices of finished generations to the owner. */
export interface NoticePresenter {
  /** From the last committed render. */
  options: {
    readonly onNotice: (generation: TerminalGeneration) => void;
    readonly whileHidden?: boolean | undefined;
  };
  /**
   * Set for system notifications only: whether one can be shown now. While the page is hidden, such a presenter precedes
   * those of the page. If it returns `false` after `onNotice`, nothing was presented.
   */
  readonly canShow?: () => boolean;
}

/** The notices of one server on this page, shared by all presenters. */
export interface Notices {
  /** Adds a presenter until the returned function is called. The first presenter of each kind is used. */
  add(presenter: NoticePresenter): () => void;
}

/** Lease of claimed notices on the server. */
const leaseMs = 30_000;
/** Notices per claim, as the server limits them. */
const maxPerClaim = 20;
/** Minimum delay of a hidden page, so that visible pages claim first; the maximum is twice as long. */
const hiddenDelayMs = 4_000;
/** Minimum delay before a claim or a confirmation is sent again; a growing delay is added. */
const minRetryMs = 1_000;

const byLive = new WeakMap<Live, Notices>();

/** Returns the notices of a live connection, which the first call creates. */
export function noticesOf(live: Live): Notices {
  const notices = byLive.get(live) ?? createNotices(live);
  byLive.set(live, notices);
  return notices;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: short functions with shared state
function createNotices(live: Live): Notices {
  const { queryClient } = live;
  const { queryKey } = live.active;
  const presenters = new Set<NoticePresenter>();
  // When each generation was last claimed, by id; `Infinity` once it was presented here.
  const claimedAt = new Map<string, number>();
  // Generations that were claimed before this are claimed again.
  let reclaimBefore = 0;
  // Presented generations by claim, until the server confirms them.
  const unconfirmed = new Map<string, readonly string[]>();
  // A claim without a known result is repeated: the server may have leased generations to it.
  let openClaim: string | null = null;
  let isClaiming = false;
  let isCurrent = false;
  const backoffMs = restartBackoff();
  const nextPauseMs = () => backoffMs(Date.now());
  let [delay, retry, confirmation]: ReturnType<typeof setTimeout>[] = [];
  let stop = () => {};

  const currentPresenter = () => {
    const isHidden = isPageHidden();
    const all = [...presenters];
    return (
      all.find(({ canShow }) => isHidden && canShow?.()) ??
      all.find(({ canShow, options }) => !canShow && (options.whileHidden || !isHidden))
    );
  };
  const claimable = () => {
    const unseen = queryClient.getQueryData(queryKey)?.unseen ?? [];
    return unseen.map(({ id }) => id).filter((id) => (claimedAt.get(id) ?? -1) < reclaimBefore);
  };

  const scheduleClaim = () => {
    if (isClaiming || delay !== undefined || !currentPresenter() || claimable().length === 0) return;
    delay = setTimeout(
      () => {
        delay = undefined;
        // The owner may have seen them during the delay.
        if (!isClaiming && currentPresenter() && claimable().length > 0) void claimNotices();
      },
      isPageHidden() ? hiddenDelayMs * (1 + Math.random()) : 0,
    );
  };
  /** Claims again the generations whose lease to another page has expired. */
  const reclaimExpired = () => {
    reclaimBefore = Date.now() - leaseMs;
    scheduleClaim();
  };

  const claimNotices = async () => {
    isClaiming = true;
    const ids = claimable();
    const isRetry = openClaim !== null;
    const sentAt = Date.now();
    let isPresented = false;
    let mayBeMore = false;
    let retryMs = leaseMs + 1_000 * (1 + Math.random());
    let mustRetry = ids.some((id) => !claimedAt.has(id));
    void confirm();
    try {
      const claim = openClaim ?? live.client.createId();
      openClaim = claim;
      const { generations } = await live.client.claimNotices(claim);
      // The lease may have expired, for example while the device slept; another page may present them then.
      if (Date.now() - sentAt < leaseMs) {
        // Keep the claim open for the next presenter that mounts.
        if (!currentPresenter()) return;
        mayBeMore = generations.length >= maxPerClaim && generations.some(({ id }) => claimedAt.get(id) !== Infinity);
        for (const generation of [...generations].reverse()) if (isTerminal(generation)) present(generation, claim);
        void confirm();
        isPresented = true;
      }
      openClaim = null;
    } catch (error) {
      // The next mount or visibility change retries other errors.
      if (isRetryable(error)) {
        mustRetry = true;
        retryMs = minRetryMs + nextPauseMs();
      }
    } finally {
      isClaiming = false;
    }
    // A repeated claim returns the result of its first attempt, without generations that finished since.
    if (!isPresented || !isRetry) {
      if (mustRetry) {
        clearTimeout(retry);
        retry = setTimeout(reclaimExpired, retryMs);
      }
      for (const id of ids) {
        if (claimedAt.get(id) !== Infinity) claimedAt.set(id, isPresented ? Date.now() : Date.now() - leaseMs);
      }
    }
    if (mayBeMore) void claimNotices();
    else scheduleClaim();
  };
  const present = (generation: TerminalGeneration, claim: string) => {
    const { id, ownerTag } = generation;
    // The response belongs to an owner who has signed out.
    if (ownerTag !== live.owner.tag) return;
    if (claimedAt.get(id) !== Infinity) {
      const presenter = currentPresenter();
      try {
        presenter?.options.onNotice(generation);
      } catch (error) {
        reportHostError(error);
      }
      // Not presented: the next claim after the lease expires receives it.
      if (!presenter || presenter.canShow?.() === false) return;
      claimedAt.set(id, Infinity);
    }
    addUnconfirmed(claim, [id]);
  };
  const addUnconfirmed = (claim: string, ids: readonly string[]) =>
    unconfirmed.set(claim, [...(unconfirmed.get(claim) ?? []), ...ids]);
  const confirm = async () => {
    clearTimeout(confirmation);
    const batch = [...unconfirmed];
    unconfirmed.clear();
    for (const [claim, ids] of batch) {
      try {
        await live.client.confirmNotices(claim, ids);
      } catch (error) {
        if (isFinal(error)) continue;
        // The next claim confirms them, too.
        addUnconfirmed(claim, ids);
        if (isRetryable(error) && presenters.size > 0) {
          clearTimeout(confirmation);
          confirmation = setTimeout(confirm, minRetryMs + nextPauseMs());
        }
      }
    }
  };

  const start = () => {
    const unsubscribe = live.subscribe(() => {
      const isBack = live.isCurrent && !isCurrent;
      isCurrent = live.isCurrent;
      if (isBack) reclaimExpired();
      else scheduleClaim();
    });
    const unsubscribeVisibility = onPageVisibility(() => {
      clearTimeout(delay);
      delay = undefined;
      reclaimExpired();
    });
    return () => {
      unsubscribe();
      unsubscribeVisibility();
      clearTimeout(delay);
      clearTimeout(retry);
      clearTimeout(confirmation);
      delay = undefined;
    };
  };

  return {
    add: (presenter) => {
      if (presenters.size === 0) stop = start();
      presenters.add(presenter);
      void confirm();
      reclaimExpired();
      return () => {
        presenters.delete(presenter);
        if (presenters.size === 0) stop();
      };
    },
  };
}

/** Whether a repeated confirmation would be refused again; its notices then stay unconfirmed. */
function isFinal(error: unknown): boolean {
  // The client rejects with `SafelightError`, or with a `TypeError`, which has none of its members.
  const { status } = error as SafelightError;
  return status?.toString()[0] === "4" && !isRetryable(error) && !isSignedOut(error);
}

/** Whether the same request may succeed later. */
function isRetryable(error: unknown): boolean {
  // As above.
  return (error as SafelightError).retryable;
}
