import { html } from "hono/html";
import type { GenerationSummary } from "../../ports/store/operator-counts.js";
import type { PageRequest } from "./layout.js";
import type { Column, Row } from "./table.js";
import { count, duration, generationLink, ownerLink, status, time } from "./values.js";

/** Columns of {@link generationRow}. */
export const generationColumns: readonly Column[] = [
  "Id",
  "Status",
  "Model, provider",
  "Owner",
  { number: "Credits" },
  { number: "Attempts" },
  "Submitted",
  { number: "Duration" },
  "Failure",
];

export function generationRow(
  request: PageRequest,
  { generation, now }: { readonly generation: GenerationSummary; readonly now: number },
): Row {
  const { attempts, createdAt, failureCode, finishedAt, id, model, ownerId, providerId } = generation;
  return [
    generationLink(request, id),
    status(generation),
    html`${model}${providerId === null ? "" : html`<br><small>${providerId}</small>`}`,
    ownerLink(request, ownerId),
    creditsCell(generation),
    count(attempts),
    time(createdAt),
    duration((finishedAt ?? now) - createdAt),
    failureCode,
  ];
}

/** The price, and what came back: by the end of the generation, and by an operator. */
function creditsCell({ credits, refundedByOperator, refundedCredits }: GenerationSummary) {
  const back = refundedCredits > 0 ? html` <small>−${count(refundedCredits)}</small>` : "";
  const byOperator =
    refundedByOperator > 0 ? html`<br><small>−${count(refundedByOperator)} refunded by an operator</small>` : "";
  return html`${count(credits)}${back}${byOperator}`;
}
