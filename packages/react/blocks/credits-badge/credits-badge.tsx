"use client";

import { useEffect, useState } from "react";
import { useCredits } from "../hooks";
import { CreditsIcon } from "../icons/icons";
import { creditsText } from "../messages/credits-text";
import { focusRing } from "../styles/buttons";

/** A changed balance is announced after this time without another change, in milliseconds. */
const quietMs = 2_000;

export interface CreditsBadgeProps {
  /** A page with the ledger entries, or with packs to buy. @default none: the badge is not a link */
  readonly href?: string | undefined;
}

/** The balance. Renders nothing if the host does not bill. */
export function CreditsBadge({ href }: CreditsBadgeProps) {
  const { balance, isPending, error } = useCredits();
  const announced = useSettledChange(balance);
  if (error?.code === "not_found" || (balance === null && !isPending)) return null;
  const className = `inline-flex min-h-9 items-center gap-1.5 rounded-full border border-border bg-card px-3 py-1.5 text-sm font-medium text-card-foreground tabular-nums no-underline ${focusRing}`;
  const content = (
    <>
      <CreditsIcon />
      {balance === null ? (
        <span className="h-4 w-8 rounded bg-muted motion-safe:animate-pulse" />
      ) : (
        <>
          <span aria-hidden="true">{balance.toLocaleString("en")}</span>
          <span className="sr-only">{creditsText(balance)}</span>
        </>
      )}
    </>
  );
  return (
    <>
      {href === undefined ? (
        <span aria-busy={balance === null} className={className} data-slot="credits-badge">
          {content}
        </span>
      ) : (
        <a
          aria-busy={balance === null}
          className={`${className} hover:bg-accent`}
          data-slot="credits-badge"
          href={href}
        >
          {content}
        </a>
      )}
      <span role="status" className="sr-only">
        {announced === null ? "" : `Balance: ${creditsText(announced)}`}
      </span>
    </>
  );
}

/**
 * The last balance that stayed unchanged for `quietMs`; `null` before the first change. Ten debits in a row are one
 * announcement.
 */
function useSettledChange(balance: number | null): number | null {
  const [first, setFirst] = useState<number | null>(null);
  const [settled, setSettled] = useState<number | null>(null);
  if (first === null && balance !== null) setFirst(balance);
  useEffect(() => {
    if (balance === null || (settled ?? first) === balance) return undefined;
    const timer = setTimeout(() => setSettled(balance), quietMs);
    return () => clearTimeout(timer);
  }, [balance, settled, first]);
  return settled;
}
