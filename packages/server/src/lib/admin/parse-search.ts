import { generationStates } from "../generation/generation-state.js";
import { statesOfStatus } from "../generation/states-of-status.js";
import type { FindGenerationsQuery } from "../ports/store/operator-store.js";
import { checkStorable } from "./actions/read-form.js";
import { AdminError } from "./admin-context.js";

type Filter = Omit<FindGenerationsQuery, "before" | "limit" | "scanLimit">;

/** The qualifiers of the search, with what each finds, for the page and its errors. */
export const qualifiers = {
  status: "pending, processing, completed, failed or canceled",
  state: generationStates.join(", "),
  model: "id of a model",
  provider: "id of a provider",
  owner: "id of an owner",
  account: "id of an account",
  failure: "failure code",
  after: "a date in UTC or a time with its zone: submitted then or later, such as 2026-11-29 or 2026-11-29T12:00Z",
  before: "a date in UTC or a time with its zone: submitted earlier",
  is: "stuck",
} as const;

const noFilter: Filter = {
  states: null,
  isStarted: null,
  isStuck: false,
  model: null,
  providerId: null,
  ownerId: null,
  accountId: null,
  failureCode: null,
  from: null,
  to: null,
};

/** A parsed filter, or the message for an invalid term. A later qualifier of the same name replaces the earlier one. */
export type ParsedSearch =
  | { readonly type: "filter"; readonly filter: Filter }
  | { readonly type: "invalid"; readonly message: string };

/** Parses a search such as `status:failed model:flux after:2026-11-29`. A value with spaces has double quotes. */
export function parseSearch(text: string): ParsedSearch {
  let filter = noFilter;
  for (const [term, name = "", quoted, plain] of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const part = toFilter(name, quoted ?? plain ?? "");
    if (part === null) {
      const allowed = Object.entries(qualifiers).find(([known]) => known === name)?.[1];
      const message =
        allowed === undefined
          ? `Unknown term ${term}: use ${Object.keys(qualifiers).join(":, ")}: or an id.`
          : `Invalid term ${term}: use ${allowed}.`;
      return { type: "invalid", message };
    }
    filter = { ...filter, ...part };
  }
  return { type: "filter", filter };
}

/** @throws {AdminError} 400 for a text that is no search. */
export function filterOf(text: string): Filter {
  checkStorable(text);
  const search = parseSearch(text);
  if (search.type === "invalid") throw new AdminError(400, search.message);
  return search.filter;
}

function toFilter(name: string, value: string): Partial<Filter> | null {
  switch (name) {
    case "status":
      return statesOfStatus(value);
    case "state": {
      const state = generationStates.find((known) => known === value);
      return state === undefined ? null : { states: [state], isStarted: null };
    }
    case "model":
      return { model: value };
    case "provider":
      return { providerId: value };
    case "owner":
      return { ownerId: value };
    case "account":
      return { accountId: value };
    case "failure":
      return { failureCode: value };
    case "after":
    case "before": {
      const time = toTime(value);
      if (time === null) return null;
      return name === "after" ? { from: time } : { to: time };
    }
    case "is":
      return value === "stuck" ? { isStuck: true } : null;
    default:
      return null;
  }
}

/**
 * Epoch milliseconds of a date in UTC, or of a time with its zone. `Date.parse` also accepts other texts, local times, and
 * days that do not exist.
 */
function toTime(value: string): number | null {
  const [, date = ""] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(value) ?? [];
  const [day, time] = [Date.parse(date), Date.parse(value)];
  if (Number.isNaN(day) || Number.isNaN(time)) return null;
  return new Date(day).toISOString().startsWith(date) ? time : null;
}
