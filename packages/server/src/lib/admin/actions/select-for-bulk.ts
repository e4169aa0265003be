import { boundAfter, isGenerationId } from "../../generation/generation-id.js";
import type { GenerationSummary } from "../../ports/store/operator-counts.js";
import { actionLabels } from "../action-labels.js";
import { type AdminDeps, AdminError } from "../admin-context.js";
import { filterOf } from "../parse-search.js";
import { searchGenerations } from "../search-generations.js";
import type { BulkAction } from "./act-on-generation.js";
import { needsHostStatement, refundedByHost } from "./credit-keeper.js";
import { type ActionForm, toWholeNumber } from "./read-form.js";

/** Max generations of a bulk that needs no confirmation. For a larger one, the operator types their number. */
export const maxUntypedCount = 20;

/** The active generations of a selection or a search. */
export interface BulkSelection {
  /** Newest first, at most `bulkLimit`. */
  readonly ids: readonly string[];
  /** The sum of their prices, in credits. */
  readonly credits: number;
  /** Number of selected or found generations, ended ones included. */
  readonly found: number;
  /** Whether more generations match than one bulk contains. */
  readonly isCut: boolean;
}

/**
 * The generations of a form: those that were selected, or those that match its search and existed when it was shown.
 *
 * @throws {AdminError} 400 without generations or without the typed number, 409 if more match than the form named, or if this process
 * cannot refund one of them.
 */
export async function selectOfForm(
  form: ActionForm,
  { deps, name }: { readonly deps: AdminDeps; readonly name: BulkAction },
): Promise<readonly string[]> {
  const selected = form.words("ids");
  if (!form.has("q") && !form.has("ids")) {
    throw new AdminError(400, "Send ids, or a search as q. An empty q selects every active generation.");
  }
  // A script that found nothing sends an empty list. It must not select all generations.
  if (form.has("ids") && selected.length === 0)
    throw new AdminError(400, "The list of ids is empty: select a generation.");
  const { active } = await findActive(deps, { search: form("q"), newest: form("newest") || null, ids: selected });
  const { billing } = deps.access.service;
  if (active.some((summary) => needsHostStatement(summary, { action: name, billing })))
    throw new AdminError(409, refundedByHost);
  const ids = active.map(({ id }) => id);
  if (ids.length === 0)
    throw new AdminError(400, `No active generation is selected: “${actionLabels[name]}” changes nothing.`);
  const expected = toWholeNumber(form("expected"));
  if (ids.length > expected) {
    throw new AdminError(409, `By now, ${ids.length} generations match instead of ${expected}: open the form again.`);
  }
  const typed = Number.isNaN(expected) ? ids.length : expected;
  if (ids.length > maxUntypedCount && toWholeNumber(form("count")) !== typed) {
    throw new AdminError(400, `Type the number of generations, ${typed}, as the count.`);
  }
  return ids;
}

/** @throws {AdminError} 400 for a malformed id or search. */
export async function selectForBulk(deps: AdminDeps, query: SelectionQuery): Promise<BulkSelection> {
  const { active, found, isCut } = await findActive(deps, query);
  const credits = active.reduce((sum, summary) => sum + summary.credits, 0);
  return { ids: active.map(({ id }) => id), credits, found, isCut };
}

interface SelectionQuery {
  readonly search: string;
  readonly ids: readonly string[];
  /** The newest generation that a search may find; `null` for any. */
  readonly newest: string | null;
}

/** `found` and `isCut` as in {@link BulkSelection}. */
interface FoundActive {
  readonly active: readonly GenerationSummary[];
  readonly found: number;
  readonly isCut: boolean;
}

async function findActive(deps: AdminDeps, query: SelectionQuery): Promise<FoundActive> {
  const { store } = deps.access.service;
  const { bulkLimit } = deps.settings;
  if (query.ids.length > bulkLimit) throw new AdminError(400, `Select at most ${bulkLimit} generations.`);
  for (const id of [...query.ids, ...(query.newest === null ? [] : [query.newest])]) {
    if (!isGenerationId(id)) throw new AdminError(400, "Malformed id of a generation: open the form again.");
  }
  if (query.ids.length > 0) {
    const details = await Promise.all([...new Set(query.ids)].map((id) => store.getDetail({ id })));
    const summaries = details.flatMap((detail) => (detail === null ? [] : [detail.summary]));
    return { active: summaries.filter(({ finishedAt }) => finishedAt === null), found: query.ids.length, isCut: false };
  }
  const filter = filterOf(query.search);
  // Without this bound, newer generations would take the places of those that the form showed.
  const before = query.newest === null ? null : boundAfter(query.newest);
  const { generations, next } = await searchGenerations(deps, { filter, before, limit: bulkLimit });
  return {
    active: generations.filter(({ finishedAt }) => finishedAt === null),
    found: generations.length,
    isCut: next !== null,
  };
}
