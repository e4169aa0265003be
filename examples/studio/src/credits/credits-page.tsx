import type { LedgerEntry } from "@safelight/client/contract";
import { useState } from "react";
import { useCredits } from "../../../../packages/react/blocks/hooks";
import { creditsText } from "../../../../packages/react/blocks/messages/credits-text";
import { problemText } from "../../../../packages/react/blocks/messages/problem-text";
import { outlineButton, primaryButton } from "../../../../packages/react/blocks/styles/buttons";
import { type Pack, packs } from "../../prices.ts";
import { card } from "../shell/fields.ts";
import { FailedNote, LoadingNote } from "../shell/notes.tsx";
import { Page } from "../shell/page.tsx";

/** Packs to buy, and each movement of credits. */
export function CreditsPage() {
  const { balance, entries, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useCredits();
  const shown = entries.filter(({ kind, amount }) => kind !== "capture" || amount !== 0);
  return (
    <Page title="Credits">
      <PaymentNotice />
      <section aria-labelledby="packs-title" className="flex flex-col gap-4">
        <h2 id="packs-title" className="text-lg font-semibold tracking-tight">
          Buy credits
        </h2>
        <Packs />
      </section>
      <section aria-labelledby="ledger-title" className="flex flex-col gap-4">
        <h2 id="ledger-title" className="text-lg font-semibold tracking-tight">
          {balance === null ? "Your credits" : `You have ${creditsText(balance)}`}
        </h2>
        {isPending && <LoadingNote>Loading your credits…</LoadingNote>}
        {error !== null && (
          <FailedNote onRetry={() => void refetch()}>Your credits cannot be loaded. {problemText(error)}</FailedNote>
        )}
        <ul className="divide-y divide-border rounded-xl border border-border empty:hidden">
          {shown.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
        {hasNextPage && (
          <button
            type="button"
            className={`${outlineButton} self-center`}
            aria-disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {isFetchingNextPage ? "Loading…" : "Older entries"}
          </button>
        )}
      </section>
    </Page>
  );
}

function Entry({ entry }: { readonly entry: LedgerEntry }) {
  const { kind, amount, reason, createdAt } = entry;
  const sign = amount > 0 ? "+" : amount < 0 ? "−" : "";
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 p-3 text-sm">
      <span className="font-medium">{titleOf(entry)}</span>
      <span className="min-w-0 flex-1 text-muted-foreground wrap-anywhere">
        {kind === "grant" ? (grants[reason ?? ""] ?? null) : null}
      </span>
      <time className="text-xs text-muted-foreground" dateTime={createdAt}>
        {moment.format(new Date(createdAt))}
      </time>
      <span className="min-w-14 text-end font-medium tabular-nums">
        {sign}
        {Math.abs(amount).toLocaleString("en")}
      </span>
    </li>
  );
}

/** An operator's refund of a completed generation is an adjustment with its id. */
function titleOf({ kind, causedBy, generationId }: LedgerEntry): string {
  if (kind !== "adjustment" || causedBy === null) return titles[kind];
  return generationId === null ? "Adjusted by support" : "Refunded by support";
}

const titles: Record<LedgerEntry["kind"], string> = {
  grant: "Added",
  debit: "Created",
  capture: "Kept",
  refund: "Refunded",
  adjustment: "Adjusted",
};

/** Texts of the reasons of grants. */
const grants: Partial<Record<string, string>> = { initial: "Welcome credits", pack: "Pack" };

const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

function Packs() {
  const [busy, setBusy] = useState<string | null>(null);
  const [isFailed, setFailed] = useState(false);
  // After a success, Stripe's page replaces this one, so `busy` stays.
  const buy = async (id: string) => {
    if (busy !== null) return;
    setBusy(id);
    setFailed(false);
    const url = await checkoutUrl(id);
    if (url !== null) return location.assign(url);
    setBusy(null);
    setFailed(true);
  };
  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,14rem),1fr))] gap-4">
        {packs.map((pack) => (
          <li key={pack.id} className={`${card} flex flex-col gap-3`}>
            <h3 className="font-medium">{pack.name}</h3>
            <p className="text-2xl font-semibold tracking-tight tabular-nums">{creditsText(pack.credits)}</p>
            <button
              type="button"
              className={primaryButton}
              aria-label={`Buy ${pack.name} for ${priceOf(pack)}`}
              aria-disabled={busy !== null}
              onClick={() => void buy(pack.id)}
            >
              {busy === pack.id ? "Opening…" : priceOf(pack)}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert" className="text-sm text-destructive empty:hidden">
        {isFailed && "The payment could not be started. Try again in a moment."}
      </p>
    </>
  );
}

/** @returns the address of Stripe's page; `null` if the request failed. */
async function checkoutUrl(pack: string): Promise<string | null> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch("/api/shop/checkout", { method: "POST", headers, body: JSON.stringify({ pack }) });
    if (!response.ok) return null;
    const { url } = await response.json();
    return url;
  } catch {
    return null;
  }
}

function priceOf({ price }: Pack): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(price / 100);
}

/** The outcome of a payment, after the return from Stripe. The stream delivers the new balance, maybe some seconds later. */
function PaymentNotice() {
  const [outcome] = useState(() => {
    const payment = new URLSearchParams(location.search).get("payment");
    // A reload must not show the notice again.
    if (payment !== null) history.replaceState(null, "", location.pathname);
    return payment;
  });
  if (outcome === null) return null;
  return (
    <p role="status" className="rounded-xl border border-border bg-muted p-4 text-sm">
      {outcome === "done"
        ? "Thank you! Your credits arrive in a moment."
        : "The payment was canceled. Nothing was charged."}
    </p>
  );
}
