import type { SafelightError } from "@safelight/client";
import { isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import { isSignedOut } from "../connection/error-code.js";
import type { Live } from "../connection/live-interface.js";
import { isPageHidden, onPageVisibility } from "../connection/page-visibility.js";
import { reportHostError } from "./report-host-error.js";

/** A component that tells the owner what ended. */
export interface Teller {
  /** Of its last committed render. */
  options: {
    readonly onNotice: (generation: TerminalGeneration) => void;
    readonly whileHidden?: boolean | undefined;
  };
  /**
   * Of one that tells beside the page, whether it can: it does so while the page is hidden, before those of the page.
   * Where it cannot any more once it was called, it has told nothing.
   */
  readonly canShow?: () => boolean;
}

/** What this page tells of one server, whichever of its components does. */
export interface Notices {
  /** Tells through this one, unless another one of its kind is there already, until the returned function is called. */
  add(teller: Teller): () => void;
}

/** How long the server leaves to one who claims what it gave it. */
const leaseMs = 30_000;
/** How many a claim is given at most. */
const mostAtOnce = 20;
/** How long a hidden page leaves to the ones that are looked at, at least; and at most twice as long. */
const hiddenPauseMs = 4_000;

const byLive = new WeakMap<Live, Notices>();

/** The notices of a live connection; made at the first call, and gone with it. */
export function noticesOf(live: Live): Notices {
  const notices = byLive.get(live) ?? createNotices(live);
  byLive.set(live, notices);
  return notices;
}

function createNotices(live: Live): Notices {
  const { queryClient } = live;
  const { queryKey } = live.active;
  const tellers = new Set<Teller>();
  // When a claim was made that would have brought it; `Infinity` for what was told here.
  const asked = new Map<string, number>();
  // What was asked for before this is asked for again.
  let reopenedAt = 0;
  // What was told, and the server has not heard of yet.
  const unconfirmed = new Map<string, readonly string[]>();
  // Of an attempt whose answer was not told: it may have been given something.
  let openClaim: string | null = null;
  let isAsking = false;
  let isCurrent = false;
  let [pause, again]: ReturnType<typeof setTimeout>[] = [];
  let stop = () => {};

  const tellerNow = () => {
    const isHidden = isPageHidden();
    const all = [...tellers];
    return (
      all.find(({ canShow }) => isHidden && canShow?.()) ??
      all.find(({ canShow, options }) => !canShow && (options.whileHidden || !isHidden))
    );
  };
  const due = () => {
    const unseen = queryClient.getQueryData(queryKey)?.unseen ?? [];
    return unseen.map(({ id }) => id).filter((id) => (asked.get(id) ?? -1) < reopenedAt);
  };

  const consider = () => {
    if (isAsking || pause !== undefined || !tellerNow() || due().length === 0) return;
    pause = setTimeout(
      () => {
        pause = undefined;
        // It may have been seen meanwhile.
        if (!isAsking && tellerNow() && due().length > 0) void ask();
      },
      isPageHidden() ? hiddenPauseMs * (1 + Math.random()) : 0,
    );
  };
  /** Asks again for what others had the time to tell. */
  const reopen = () => {
    reopenedAt = Date.now() - leaseMs;
    consider();
  };

  const ask = async () => {
    isAsking = true;
    const ids = due();
    const isRepeat = openClaim !== null;
    const sentAt = Date.now();
    let isTold = false;
    let mayBeMore = false;
    void confirm();
    try {
      // A host's ids may hold more than a claim may.
      const claim =
        openClaim ??
        live.client
          .createId()
          .replace(/[^\w-]/g, "-")
          .slice(-128);
      openClaim = claim;
      const { generations } = await live.client.claimNotices(claim);
      // After that, they are somebody else's to tell, such as when the device slept.
      if (Date.now() - sentAt < leaseMs) {
        // Left to the next one who is mounted.
        if (!tellerNow()) return;
        mayBeMore = generations.length >= mostAtOnce && generations.some(({ id }) => asked.get(id) !== Infinity);
        for (const generation of [...generations].reverse()) if (isTerminal(generation)) tell(generation, claim);
        void confirm();
        isTold = true;
      }
      openClaim = null;
    } catch {
      // The next occasion asks again.
    } finally {
      isAsking = false;
    }
    // What ended after an attempt that was made before is not among what that one is given.
    if (!isTold || !isRepeat) {
      if (ids.some((id) => !asked.has(id))) {
        clearTimeout(again);
        again = setTimeout(reopen, leaseMs + 1_000 * (1 + Math.random()));
      }
      for (const id of ids) if (asked.get(id) !== Infinity) asked.set(id, isTold ? Date.now() : Date.now() - leaseMs);
    }
    if (mayBeMore) void ask();
    else consider();
  };
  const tell = (generation: TerminalGeneration, claim: string) => {
    const { id, ownerTag } = generation;
    // An answer to somebody who has gone.
    if (ownerTag !== live.owner.tag) return;
    if (asked.get(id) !== Infinity) {
      const teller = tellerNow();
      try {
        teller?.options.onNotice(generation);
      } catch (error) {
        reportHostError(error);
      }
      // Left to whoever asks when its time is over.
      if (!teller || teller.canShow?.() === false) return;
      asked.set(id, Infinity);
    }
    keep(claim, [id]);
  };
  const keep = (claim: string, ids: readonly string[]) =>
    unconfirmed.set(claim, [...(unconfirmed.get(claim) ?? []), ...ids]);
  const confirm = async () => {
    // What fails is kept for the next time, rather than for this one.
    const taken = [...unconfirmed];
    unconfirmed.clear();
    for (const [claim, ids] of taken) {
      await live.client.confirmNotices(claim, ids).catch((error) => isFinal(error) || keep(claim, ids));
    }
  };

  const start = () => {
    const unsubscribe = live.subscribe(() => {
      const isBack = live.isCurrent && !isCurrent;
      isCurrent = live.isCurrent;
      if (isBack) reopen();
      else consider();
    });
    const ignore = onPageVisibility(() => {
      clearTimeout(pause);
      pause = undefined;
      reopen();
    });
    return () => {
      unsubscribe();
      ignore();
      clearTimeout(pause);
      clearTimeout(again);
      pause = undefined;
    };
  };

  return {
    add: (teller) => {
      if (tellers.size === 0) stop = start();
      tellers.add(teller);
      reopen();
      return () => {
        tellers.delete(teller);
        if (tellers.size === 0) stop();
      };
    },
  };
}

/** Whether the same confirmation would be refused again, so that what was told stays unconfirmed. */
function isFinal(error: unknown): boolean {
  // The client rejects with nothing else.
  const { status, retryable } = error as SafelightError;
  return status?.toString()[0] === "4" && !retryable && !isSignedOut(error);
}
