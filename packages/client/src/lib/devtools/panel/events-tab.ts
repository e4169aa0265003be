import { bugReport } from "../bug-report.js";
import type { StreamRecord } from "../traffic-log.js";
import { element, table, timeText } from "./element.js";
import type { PanelContext, PanelTab } from "./panel-context.js";

/** The events of the stream on this page, newest first: pause, filter, and a copy of them as a bug report. */
export function eventsTab({ log, connections, refresh }: PanelContext): PanelTab {
  let paused: readonly StreamRecord[] | null = null;
  const list = element("div");
  const filter = element("input", {
    attributes: { "aria-label": "Filter events", placeholder: "Filter", type: "search" },
  });
  filter.addEventListener("input", refresh);
  const pause = element("button", {
    attributes: { type: "button", "aria-pressed": "false" },
    onClick() {
      paused = paused === null ? log.events : null;
      pause.setAttribute("aria-pressed", String(paused !== null));
      refresh();
    },
  });
  pause.textContent = "Pause";
  const outcome = element("span", { attributes: { role: "status" } });
  const copy = element("button", {
    attributes: { type: "button" },
    onClick: () =>
      void navigator.clipboard
        .writeText(
          bugReport({
            at: new Date().toISOString(),
            userAgent: navigator.userAgent,
            connections: connections(),
            requests: log.requests,
            events: paused ?? log.events,
          }),
        )
        .then(
          () => "Copied.",
          () => "The browser refused the clipboard.",
        )
        .then((text) => outcome.replaceChildren(text)),
  });
  copy.textContent = "Copy as a bug report";
  const update = () => {
    const text = filter.value.trim().toLowerCase();
    const rows = (paused ?? log.events)
      .toReversed()
      .map((event) => [
        timeText(event.at),
        event.type,
        event.sequence === null ? "" : `${event.sequence}${event.isOutOfOrder ? " (out of order)" : ""}`,
        event.text,
      ])
      .filter((cells) => cells.join(" ").toLowerCase().includes(text));
    list.replaceChildren(
      rows.length === 0 ? element("p", {}, "No events.") : table(["time", "event", "sequence", "changes"], rows),
    );
  };
  const bar = element("div", { attributes: { class: "bar" } }, filter, pause, copy, outcome);
  return { name: "Events", content: element("div", {}, bar, list), update };
}
