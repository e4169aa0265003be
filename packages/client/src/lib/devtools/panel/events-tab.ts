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
  const refused = element("div");
  const copy = element("button", {
    attributes: { type: "button" },
    onClick() {
      const report = bugReport({
        at: new Date().toISOString(),
        userAgent: navigator.userAgent,
        connections: connections(),
        requests: log.requests,
        events: paused ?? log.events,
      });
      writeToClipboard(report).then(
        () => {
          outcome.replaceChildren("Copied.");
          refused.replaceChildren();
        },
        () => {
          outcome.replaceChildren("The browser refused the clipboard: copy the text below.");
          refused.replaceChildren(textToCopy(report));
        },
      );
    },
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
  return { name: "Events", content: element("div", {}, bar, refused, list), update };
}

/** Rejects on a page without https, where browsers have no clipboard. */
async function writeToClipboard(text: string): Promise<void> {
  const { clipboard } = navigator as Partial<Pick<Navigator, "clipboard">>;
  if (clipboard === undefined) throw new Error("The page has no clipboard.");
  await clipboard.writeText(text);
}

function textToCopy(text: string): HTMLElement {
  const area = element("textarea", { attributes: { "aria-label": "Bug report", readonly: "", rows: "6" } });
  area.value = text;
  return area;
}
