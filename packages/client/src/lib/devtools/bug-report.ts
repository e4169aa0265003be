import type { SharedConnection } from "./leadership.js";
import type { RequestRecord, StreamRecord } from "./traffic-log.js";

/** Content of a bug report. */
export interface ReportedState {
  /** ISO 8601. */
  readonly at: string;
  readonly userAgent: string;
  readonly connections: readonly SharedConnection[];
  readonly requests: readonly RequestRecord[];
  readonly events: readonly StreamRecord[];
}

/** Query parameters whose values are reported. All others may contain text of the host or of its users. */
const plainParameters = new Set(["after", "wait", "limit", "status"]);

/** A report as JSON. It contains no input of a generation, and no query parameter that the host sets. */
export function bugReport({ requests, ...state }: ReportedState): string {
  return JSON.stringify(
    { ...state, requests: requests.map((request) => ({ ...request, path: withoutValues(request.path) })) },
    null,
    2,
  );
}

function withoutValues(path: string): string {
  const [pathname = "", query = ""] = path.split("?", 2);
  const names = [...new URLSearchParams(query)].map(([name, value]) =>
    plainParameters.has(name) ? `${name}=${value}` : `${name}=…`,
  );
  return names.length === 0 ? pathname : `${pathname}?${names.join("&")}`;
}
