import { defineCommand } from "../../text/define-function.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Records holds that the outbox releases after `:releaseAfterMs`, unless a submit uses them first. A repeat adds nothing, also
 * after the commit of that submit. Checks this after the insert: the insert may wait for a concurrent submit that uses the
 * hold, and only a later statement sees its commit.
 *
 * Locks: waits for a concurrent command that inserts or uses the same hold.
 */
export const openHolds = defineCommand<null>({
  name: "open_holds",
  parameters: { ...timeParameters, holds: "text", keyHash: "text", releaseAfterMs: "bigint" },
  declare: "v_now bigint; v_added bigint[];",
  body: `
  v_now := ${nowInFunction};
  WITH added AS (INSERT INTO @outbox (topic, payload, hold_key, tries, due_at, created_at)
  SELECT 'resolve_hold', json_build_object('key', h.value ->> 'key', 'accountId', h.value ->> 'accountId',
    'reference', NULL, 'credits', (h.value ->> 'credits')::bigint, 'kept', 0, 'keyHash', :keyHash)::text,
    h.value ->> 'key', 0, v_now + :releaseAfterMs, v_now
  FROM json_array_elements(:holds::json) h (value)
  ON CONFLICT (hold_key) WHERE hold_key IS NOT NULL DO NOTHING
  RETURNING id) SELECT array_agg(id) INTO v_added FROM added;
  DELETE FROM @outbox o WHERE o.id = ANY (v_added) AND EXISTS (SELECT 1 FROM @generations g WHERE g.id = o.hold_key);
  RETURN NULL;`,
});
