import { isGenerationId } from "../generation/generation-id.js";
import { generationStates } from "../generation/generation-state.js";
import { statesOfStatuses } from "../generation/states-of-status.js";
import type { FindGenerationsQuery } from "../ports/store/operator-store.js";
import { checkStorable } from "./actions/read-form.js";
import { AdminError } from "./admin-context.js";
import { slowMeaning } from "./slow-limits.js";
import { toTime } from "./to-time.js";

/** A search without its page. The limits of `isSlow` are read when the search runs. */
export type Filter = Omit<FindGenerationsQuery, "before" | "limit" | "scanLimit" | "slowerThan"> & {
  readonly isSlow: boolean;
};

/** The qualifiers of the search, with what each finds, for the page and its errors. */
export const qualifiers = {
  status: "pending, processing, completed, failed or canceled; several with commas, such as status:failed,canceled",
  state: `${generationStates.join(", ")}; several with commas`,
  model: "id of a model; several with commas",
  provider: "id of a provider; several with commas",
  failure: "failure code; several with commas",
  owner: "id of an owner",
  account: "id of an account",
  after: "a date in UTC or a time with its zone: submitted then or later, such as 2026-11-29 or 2026-11-29T12:00Z",
  before: "a date in UTC or a time with its zone: submitted earlier",
  is: `stuck, or slow: ${slowMeaning}`,
} as const;

const noFilter: Filter = {
  states: null,
  isStarted: null,
  isStuck: false,
  isSlow: false,
  models: null,
  providerIds: null,
  failureCodes: null,
  ownerId: null,
  accountId: null,
  from: null,
  to: null,
};

/** A parsed filter, or the message for an invalid term. */
export type ParsedSearch =
  | { readonly type: "filter"; readonly filter: Filter }
  | { readonly type: "invalid"; readonly message: string };

const searchable = `Prompts cannot be searched. Search for the id or URL of a generation, the id of an owner, or ${Object.keys(qualifiers).join(":, ")}:.`;

/**
 * Parses a search such as `status:failed,canceled model:flux after:2026-11-29`. A value with spaces or commas has double quotes. A
 * value without a qualifier is the id of an owner. Two terms for the same field are refused: a bulk must not act on half of a search.
 */
export function parseSearch(text: string): ParsedSearch {
  let filter = noFilter;
  const termOf = new Map<string, string>();
  for (const [term, name = "", quoted, plain = ""] of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    if (plain.includes('"'))
      return invalid(`Invalid term ${term}: quote the whole value, such as owner:"ada lovelace".`);
    const isOwner = name === "" && (quoted !== undefined || isOwnerWord(plain));
    const values = quoted === undefined ? plain.split(",") : [quoted];
    const part = toFilter(isOwner ? "owner" : name, { value: quoted ?? plain, values });
    if (part === null) return invalid(unknownOrInvalid(name, term));
    for (const field of Object.keys(part)) {
      const earlier = termOf.get(field);
      if (earlier !== undefined) return invalid(isOwner ? severalOwners(earlier, term) : repeated(earlier, term));
      termOf.set(field, term);
    }
    filter = { ...filter, ...part };
  }
  return { type: "filter", filter };
}

/**
 * The id of the generation that a whole search names: alone, or in a pasted URL or path. `null` without one, or with several.
 */
export function generationIdIn(text: string): string | null {
  const [name = ""] = text.split(":");
  if (/\s/.test(text) || Object.hasOwn(qualifiers, name)) return null;
  const ids = new Set(text.split(/[^\w-]+/).filter(isGenerationId));
  const [id = null] = ids;
  return ids.size === 1 ? id : null;
}

/** Whether a word without a qualifier may be the id of an owner: not a mistyped qualifier, a path, or a generation. */
function isOwnerWord(word: string): boolean {
  return !word.includes(":") && generationIdIn(word) === null;
}

function unknownOrInvalid(name: string, term: string): string {
  const [, missingValue] = Object.entries(qualifiers).find(([known]) => `${known}:` === term) ?? [];
  if (missingValue !== undefined) return `The term ${term} has no value. Add one after the colon: ${missingValue}.`;
  const [, allowedValues] = Object.entries(qualifiers).find(([known]) => known === name) ?? [];
  if (allowedValues !== undefined) return `Invalid term ${term}: use ${allowedValues}.`;
  if (generationIdIn(term) !== null) return `Invalid term ${term}: search for a generation without other terms.`;
  return `Unknown term ${term}. ${searchable}`;
}

function repeated(earlier: string, term: string): string {
  return `The terms ${earlier} and ${term} filter the same field: use one of them, with commas between several values, such as status:failed,canceled.`;
}

function severalOwners(earlier: string, term: string): string {
  return `Prompts cannot be searched: ${earlier} and ${term} are both read as ids of owners. Quote an id that has spaces.`;
}

function invalid(message: string): ParsedSearch {
  return { type: "invalid", message };
}

/** @throws {AdminError} 400 for a text that is no search. */
export function filterOf(text: string): Filter {
  checkStorable(text);
  const search = parseSearch(text);
  if (search.type === "invalid") throw new AdminError(400, search.message);
  return search.filter;
}

/**
 * The filter of a term; `null` for an unknown name or an invalid value.
 *
 * @param options.values the parts of the value between its commas. Ids of owners and accounts may contain commas.
 */
function toFilter(
  name: string,
  { value, values }: { readonly value: string; readonly values: readonly string[] },
): Partial<Filter> | null {
  switch (name) {
    case "status":
      return statesOfStatuses(values);
    case "state": {
      const states = generationStates.filter((known) => values.includes(known));
      return states.length === new Set(values).size ? { states, isStarted: null } : null;
    }
    case "model":
      return values.includes("") ? null : { models: values };
    case "provider":
      return values.includes("") ? null : { providerIds: values };
    case "failure":
      return values.includes("") ? null : { failureCodes: values };
    case "owner":
      return { ownerId: value };
    case "account":
      return { accountId: value };
    case "after":
    case "before": {
      const time = toTime(value);
      if (time === null) return null;
      return name === "after" ? { from: time } : { to: time };
    }
    case "is":
      if (value === "slow") return { isSlow: true };
      return value === "stuck" ? { isStuck: true } : null;
    default:
      return null;
  }
}
