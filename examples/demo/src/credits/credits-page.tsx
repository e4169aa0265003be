import type { LedgerEntry } from "@safelight/client/contract";
import { Link } from "wouter";
import { LoadMore } from "../history/load-more.tsx";
import { nextPageOf } from "../history/next-page.ts";
import { promptOf } from "../models/generation-input.ts";
import { useCredits, useGenerationHistory } from "../safelight.ts";
import { Page } from "../shell/page.tsx";
import { PageMessage } from "../shell/page-message.tsx";
import { Skeletons } from "../shell/skeletons.tsx";
import { describeEntry } from "../text/describe-entry.ts";
import { describeProblem } from "../text/describe-problem.ts";
import { formatDay, formatMoment } from "../text/format-time.ts";
import { VisitorActions } from "../visitor/visitor-actions.tsx";
import { TopUpButton } from "./top-up-button.tsx";
import "./credits.css";

/** The balance and the ledger entries. */
export function CreditsPage() {
  const credits = useCredits();
  const { balance, entries, error, isPending, refetch } = credits;
  const nextPage = nextPageOf(credits);
  // Prompts of the loaded history pages; older entries show none.
  const { generations } = useGenerationHistory();
  const prompts = new Map<string | null, string>(
    generations.map((generation) => [generation.id, promptOf(generation)]),
  );
  return (
    <Page title="Credits" className="credits">
      <h1 className="visually-hidden">Credits</h1>
      <p className="credits-balance" aria-busy={isPending}>
        <span className="credits-number">{balance?.toLocaleString("en") ?? "–"}</span>
        <span className="credits-word">{balance === 1 ? "credit left" : "credits left"}</span>
      </p>
      <p className="credits-note">
        Credits are charged when a generation starts. A failed or canceled generation refunds them in full.
      </p>
      {balance !== null && <TopUpButton />}
      {isPending ? (
        <ul className="ledger" aria-busy="true" aria-label="Loading">
          <Skeletons count={5} className="ledger-entry" />
        </ul>
      ) : error !== null && entries.length === 0 ? (
        <PageMessage title="The ledger cannot be shown right now" tone="problem">
          <p>{describeProblem(error)}</p>
          <button type="button" className="button" onClick={() => void refetch()}>
            Try again
          </button>
        </PageMessage>
      ) : (
        <>
          {daysOf(entries.filter(isMovement)).map(({ day, entries }) => (
            <section key={day} aria-label={day}>
              <h2 className="small-title ledger-day">{day}</h2>
              <ul className="ledger">
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} prompt={prompts.get(entry.generationId) ?? null} />
                ))}
              </ul>
            </section>
          ))}
          {entries.length === 0 && <p className="credits-note">There are no entries yet.</p>}
          {nextPage !== null && <LoadMore {...nextPage} />}
        </>
      )}
      <VisitorActions />
    </Page>
  );
}

function Entry({ entry, prompt }: { readonly entry: LedgerEntry; readonly prompt: string | null }) {
  const { title, detail } = describeEntry(entry);
  return (
    <li className="ledger-entry" data-kind={entry.kind}>
      <div>
        <p className="ledger-title">{title}</p>
        {detail !== null && <p className="ledger-detail">{detail}</p>}
        {prompt !== null && <p className="ledger-prompt">{prompt}</p>}
      </div>
      <time className="ledger-time" dateTime={entry.createdAt} title={formatMoment(entry.createdAt)}>
        {clock.format(new Date(entry.createdAt))}
      </time>
      {entry.generationId !== null ? (
        <Link
          className="quiet-link ledger-link"
          href={`/history/${entry.generationId}`}
          aria-label={`${title}: show the picture`}
        >
          Show
        </Link>
      ) : (
        <span />
      )}
      <span className="ledger-amount">{formatAmount(entry)}</span>
    </li>
  );
}

const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });

/** Hides a capture without an amount: the debit of the same generation is already listed. */
function isMovement({ kind, amount }: LedgerEntry): boolean {
  return kind !== "capture" || amount !== 0;
}

function formatAmount({ amount }: LedgerEntry): string {
  if (amount === 0) return "0";
  return amount > 0 ? `+${amount.toLocaleString("en")}` : `−${Math.abs(amount).toLocaleString("en")}`;
}

function daysOf(entries: readonly LedgerEntry[]) {
  const days: { readonly day: string; readonly entries: LedgerEntry[] }[] = [];
  for (const entry of entries) {
    const day = formatDay(entry.createdAt, Date.now());
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
