import { maxPageBytes } from "../../../rows/max-page-bytes.js";
import type { EndRow, PageRow } from "../../../rows/owner-lists.js";
import { ownerStart } from "../../functions/create-owner-if-missing.js";
import { generationSize } from "../generation-size.js";
import type { Parameters } from "../parameters.js";

/**
 * A page of at most `:limit` generations `g`, cut at `maxPageBytes`. `found` is the number of matches before the cut, up to
 * `:limit`.
 *
 * @param page.key an expression, unique for each generation of the owner if a next page continues from it.
 * @param page.constants columns before it in the index to walk, which have one value in the whole page.
 */
export const pageOf = (page: {
  readonly condition: string;
  readonly key: string;
  readonly constants?: readonly string[];
  readonly order: "ASC" | "DESC";
  readonly limit?: string;
  /** The columns of `GenerationRow`. */
  readonly columns: string;
}): string => `WITH found AS (
      SELECT g.id AS page_id, ${page.key} AS sort_key, ${generationSize} AS size FROM @generations g
      WHERE ${page.condition}
      ORDER BY ${[...(page.constants ?? []), page.key].map((column) => `${column} ${page.order}`).join(", ")}
      LIMIT :${page.limit ?? "limit"}
    ), page AS (
      SELECT page_id, sort_key, count(*) OVER () AS found,
        sum(size) OVER (ORDER BY sort_key ${page.order} ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found
    )
    SELECT ${page.columns}, page.found FROM page JOIN @generations g ON g.id = page.page_id
    WHERE page.bytes_before < ${maxPageBytes} ORDER BY page.sort_key ${page.order}`;

export const inScope = "(:scope IS NULL OR g.scope = :scope)";

export const timeline = "coalesce((SELECT value FROM @settings WHERE name = 'timeline'), '')";

export const sequence = `coalesce((SELECT sequence FROM @owners WHERE id = :ownerId), ${ownerStart})`;

export const historyParameters = {
  ownerId: "text",
  after: "text",
  model: "text",
  scope: "text",
  limit: "bigint",
} as const satisfies Parameters;

export type HistoryRows = { readonly page: PageRow; readonly end: Pick<EndRow, "sequence"> };

/** The end of an event log, and whether it cannot be continued from `:sequence`. */
export const logEnd = `SELECT coalesce(max(o.sequence), ${ownerStart}) AS sequence, ${timeline} AS timeline,
      (:sequence NOT BETWEEN coalesce(max(o.log_start), ${ownerStart}) AND coalesce(max(o.sequence), ${ownerStart}))::int AS resync
    FROM @owners o WHERE o.id = :ownerId`;
