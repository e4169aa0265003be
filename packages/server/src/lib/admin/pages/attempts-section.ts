import { html } from "hono/html";
import { type AttemptFailure, hasOwnReason } from "../../generation/provider-failure.js";
import type { AttemptSummary, GenerationDetail } from "../../ports/store/operator-store.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import type { Markup, PageRequest } from "./layout.js";
import { table } from "./table.js";
import { duration, time } from "./values.js";

interface AttemptsView {
  readonly detail: GenerationDetail;
  /** Whether the messages and job handles of vendors are shown. */
  readonly areVendorDetailsShown: boolean;
}

/**
 * The attempts of a generation. A vendor's message may quote the prompt, and its handle may contain the URL of the result, so both
 * are hidden, too. They have a reveal of their own: a ticket at the vendor needs them, and not the content.
 */
export function attemptsSection(request: PageRequest, { detail, areVendorDetailsShown }: AttemptsView): Markup {
  const { attempts, generation, now } = detail;
  // An attempt can stay open, but no worker waits for it after the end of its generation.
  const end = generation.finishedAt ?? now;
  const isHidden = (text: string | null) => text !== null && text !== "" && !areVendorDetailsShown;
  const shown = (text: string) => (isHidden(text) ? html`<small>hidden</small>` : text);
  const hasHidden = attempts.some(
    ({ failure, operation }) => isHidden(operation) || (failure !== null && messagesOf(failure).some(isHidden)),
  );
  return html`<section><h2>Attempts</h2>
${table({
  caption: "Attempts",
  columns: [
    "No.",
    "Provider",
    "State",
    "Error",
    "Cancel at the provider",
    "Started",
    { number: "Duration" },
    "Job",
    { number: "Costs" },
  ],
  rows: attempts.map((attempt) => {
    const { costs, endedAt, failure, number, operation, providerId, startedAt, state } = attempt;
    return [
      String(number),
      providerId,
      state,
      failure === null ? null : failureCell(failure, shown),
      cancelText(attempt, generation),
      time(startedAt),
      duration((endedAt ?? end) - startedAt),
      operation === null ? null : html`<code>${shown(operation)}</code>`,
      costs.length === 0 ? null : html`${costs.map(({ amount, unit }) => html`<div>${amount} ${unit}</div>`)}`,
    ];
  }),
  empty: "No attempt yet: no worker has sent a request.",
})}
${hasHidden ? revealForm(request, generation.id) : ""}</section>`;
}

/** The messages that the cell of a failure may show. */
function messagesOf({ message, missing = [] }: AttemptFailure): readonly string[] {
  return [message, ...missing.map((output) => output.message)];
}

/** The failure of an attempt, and each missing output of its result. */
function failureCell(failure: AttemptFailure, shown: (text: string) => Markup | string): Markup {
  const { missing = [] } = failure;
  return html`${hasOwnReason(failure) ? html`<b>${failure.code}</b> ${shown(failure.message)}` : ""}${missing.map(
    ({ code, index, message }) => html`<div>Output ${index} missing: <b>${code}</b> ${shown(message)}</div>`,
  )}`;
}

function revealForm({ c, deps }: PageRequest, id: string): Markup | "" {
  const { basePath, reveal } = deps.settings;
  if (reveal === "never" || !isPermitted(c.env.operator, "reveal_vendor_details")) return "";
  const path = `${basePath}/generations/${id}/reveal_vendor_details`;
  const effect =
    "Shows the vendors' messages and job handles on this page, not the content of the owner. A message may quote the prompt. The reveal is recorded.";
  return actForm("reveal_vendor_details", { path, effect });
}

const cancelTexts: Readonly<Record<NonNullable<AttemptSummary["jobCancel"]>, string>> = {
  canceled: "canceled",
  requested: "accepted, not confirmed: the job may still run and cost",
  too_late: "refused: the job had ended",
  absent: "not needed: the provider never had the job",
  unsupported: "not possible with this provider: the job may still run and cost",
  unknown: "tried; the provider's response was unclear: the job may still run and cost",
};

/**
 * The known result of the cancel of an attempt's job. `null` if none is due: it was not requested, the generation has not ended, or
 * the provider refused the job.
 */
function cancelText(
  { jobCancel, state }: AttemptSummary,
  { cancelRequestedAt, finishedAt }: GenerationDetail["generation"],
): string | null {
  if (state === "canceled") return cancelTexts.canceled;
  const hasEnded = state === "done" || state === "failed";
  if (hasEnded && (jobCancel === "requested" || jobCancel === "unknown")) return "sent, but the job ended first";
  if (jobCancel !== null) return cancelTexts[jobCancel];
  const isOpen = state === "intent" || state === "unknown" || state === "accepted";
  const isCancelDue = cancelRequestedAt !== null || finishedAt !== null;
  if (!isOpen || !isCancelDue) return null;
  if (state === "accepted") return "requested, not sent yet";
  return "no job is known, so nothing was canceled: a job may have run and cost";
}
