import type { RequestRecord } from "../traffic-log.js";
import { element, table, timeText } from "./element.js";
import type { PanelContext, PanelTab } from "./panel-context.js";

/** The requests of this page, newest first. */
export function requestsTab({ log }: PanelContext): PanelTab {
  const content = element("div");
  const update = () => {
    const rows = log.requests.toReversed().map(toCells);
    content.replaceChildren(
      rows.length === 0
        ? element("p", {}, "No requests: pass `devtools.fetch` to the client.")
        : table(["time", "request", "status", "ms", "key", "notes"], rows),
    );
  };
  return { name: "Requests", content, update };
}

function toCells({
  startedAt,
  method,
  path,
  status,
  ms,
  error,
  key,
  repeats,
  notes,
}: RequestRecord): readonly string[] {
  return [
    timeText(startedAt),
    `${method} ${path}`,
    status === null ? (error ?? "…") : String(status),
    ms === null ? "" : String(Math.round(ms)),
    key === null ? "" : `${key}…${repeats === 0 ? "" : ` (repeat ${repeats})`}`,
    Object.entries(notes)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", "),
  ];
}
