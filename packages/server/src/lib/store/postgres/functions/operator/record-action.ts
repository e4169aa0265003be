import type { OperatorActionRow } from "../../../rows/operator-rows.js";
import { type CommandFunction, defineCommand, type PgFunction } from "../../text/define-function.js";
import type { Parameters } from "../../text/parameters.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

const actionParameters = {
  ...timeParameters,
  token: "text",
  actor: "text",
  action: "text",
  subject: "text",
  actionReason: "text",
} as const satisfies Parameters;

/** The id of an effect of a bulk is the key of the bulk, a colon, and the id of the generation. */
export const bulkOf = `CASE WHEN o.bulk_ids IS NOT NULL THEN o.id
      WHEN position(':' in o.id) > 0 THEN split_part(o.id, ':', 1) END`;

const readAction = `RETURN (SELECT to_json(q) FROM (
    SELECT o.position, o.actor, o.action, o.subject, o.reason, o.outcome, o.state_before AS before,
      o.state_after AS after, o.created_at AS at, ${bulkOf} AS bulk
    FROM @operator_actions o WHERE o.id = :token) q);`;

const insertAction = ({
  outcome,
  before,
  after,
  subject = ":subject",
}: Readonly<Record<"outcome" | "before" | "after", string>> & { readonly subject?: string | undefined }) =>
  `INSERT INTO @operator_actions
    (id, actor, action, subject, reason, outcome, state_before, state_after, created_at)
  VALUES (:token, :actor, :action, ${subject}, :actionReason, ${outcome}, ${before}, ${after}, ${nowInFunction})
  ON CONFLICT (id) DO NOTHING;`;

/** Records an action without an effect on rows. A repeat returns the first record. */
export const recordAction = defineCommand<OperatorActionRow>({
  name: "operator_record",
  parameters: actionParameters,
  body: `
  ${insertAction({ outcome: "'applied'", before: "NULL", after: "NULL" })}
  ${readAction}`,
});

/** A repeat of the key inserts nothing, and returns the first record. */
export const startBulk = defineCommand<OperatorActionRow>({
  name: "operator_start_bulk",
  parameters: { ...actionParameters, ids: "text" },
  body: `
  INSERT INTO @operator_actions (id, actor, action, subject, reason, outcome, state_before, bulk_ids, created_at)
  VALUES (:token, :actor, :action, :subject, :actionReason, 'applied',
    json_build_object('generations', json_array_length(:ids::json))::text, :ids, ${nowInFunction})
  ON CONFLICT (id) DO NOTHING;
  ${readAction}`,
});

/**
 * Wraps a command in the record of an operator. `lock` takes the locks of the command first, in its order, so that the
 * snapshot before it is of the same rows. A repeat returns the first record.
 */
export function recordedCommand(wrapped: {
  readonly name: string;
  readonly parameters: Parameters;
  readonly uses: readonly PgFunction[];
  readonly lock: string;
  readonly effect: string;
  readonly isApplied: string;
  readonly snapshot: string;
  /** Declarations of further variables. */
  readonly declare?: string;
  /** An expression after the effect. @default the subject of the action */
  readonly subject?: string;
}): CommandFunction<OperatorActionRow> {
  const { declare = "", effect, isApplied, lock, name, parameters, snapshot, subject, uses } = wrapped;
  const outcome = `CASE WHEN ${isApplied} THEN 'applied' ELSE 'unchanged' END`;
  return defineCommand<OperatorActionRow>({
    name,
    parameters: { ...actionParameters, ...parameters },
    uses,
    declare: `v_before text; ${declare}`,
    body: `
  ${lock}
  IF NOT EXISTS (SELECT 1 FROM @operator_actions o WHERE o.id = :token) THEN
    v_before := ${snapshot};
    ${effect}
    ${insertAction({ outcome, before: "v_before", after: snapshot, subject })}
  END IF;
  ${readAction}`,
  });
}

/** A call of another command with the parameters of the same names, or with the values given here. */
export function callOf({ name, parameters }: PgFunction, values: Readonly<Record<string, string>> = {}): string {
  return `PERFORM @${name}(${Object.keys(parameters)
    .map((parameter) => values[parameter] ?? `:${parameter}`)
    .join(", ")});`;
}
