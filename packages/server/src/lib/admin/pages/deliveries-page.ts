import { html } from "hono/html";
import type { Delivery, DeliveryList } from "../../ports/store/delivery.js";
import type { OperatorActionRecord } from "../../ports/store/operator-store.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import { actionResult } from "./action-rows.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { type Row, table } from "./table.js";
import { count, generationLink, time } from "./values.js";

/** The actions on one delivery. */
export const deliveryActions = ["deliver", "drop"] as const;

interface DeliveriesView extends DeliveryList {
  /** The latest actions. The page shows the result of the action that led to it. */
  readonly actions: readonly OperatorActionRecord[];
}

export function deliveriesPage(request: PageRequest, { actions, deliveries, waiting }: DeliveriesView): Markup {
  const body = html`
${actionResult(request, actions)}
<p>Announcements of ends and refunds that your hooks or your webhook have not accepted yet. A worker tries each again, with longer
delays up to an hour, about a hundred times. Each has its own key, so a repeat is harmless to a receiver that stores the keys.</p>
${waiting > deliveries.length ? html`<p class="note">Shows ${count(deliveries.length)} of ${count(waiting)} or more, those with the most tries.</p>` : ""}
${table({
  caption: "Deliveries",
  columns: ["Generation", "Event", "Target", { number: "Tries" }, "Last error", "Due", "Since", "Act"],
  rows: deliveries.map((delivery) => deliveryRow(request, delivery)),
  empty: "Nothing waits: your hooks and your webhook have accepted every announcement.",
})}`;
  return page(request, { heading: "Deliveries", isLive: true, body });
}

function deliveryRow(request: PageRequest, delivery: Delivery): Row {
  const { createdAt, dueAt, error, event, generationId, target, tries } = delivery;
  return [
    generationId === null ? null : generationLink(request, generationId),
    event,
    target,
    count(tries),
    error,
    time(dueAt),
    time(createdAt),
    forms(request, delivery),
  ];
}

const effects: Readonly<Record<(typeof deliveryActions)[number], string>> = {
  deliver: "Makes it due now. The receiver may get it twice, with the same key, if a delivery runs.",
  drop: "The receiver never gets it.",
};

function forms({ c, deps }: PageRequest, { id }: Delivery): Markup {
  const permitted = deliveryActions.filter((name) => isPermitted(c.env.operator, name));
  return html`<div class="actions">${permitted.map((name) => {
    return actForm(name, { path: `${deps.settings.basePath}/deliveries/${id}/${name}`, effect: effects[name] });
  })}</div>`;
}
