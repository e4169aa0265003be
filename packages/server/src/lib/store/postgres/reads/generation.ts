import type { GenerationMoment } from "../../../ports/store/attempt-history.js";
import type { AttemptRow, GenerationRow, OutputRow } from "../../rows/generation-row.js";
import type { LimitsRow } from "../../rows/submit-verdict.js";
import { ownerStart } from "../functions/create-owner-if-missing.js";
import { defineRead } from "../text/define-read.js";
import { activeIds, rateTat, refundTat } from "../text/gcra.js";
import { confirmedTime, nowInRead, timeParameters } from "../text/time.js";
import { attemptColumns, generationColumns, teamGenerationColumns } from "./generation-columns.js";

export const getGeneration = defineRead<{ readonly generation: GenerationRow }>({
  name: "get_generation",
  parameters: { ownerId: "text", id: "text" },
  parts: {
    generation: `SELECT ${generationColumns} FROM @generations g
      WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL`,
  },
});

export const getTeamGeneration = defineRead<{ readonly generation: GenerationRow }>({
  name: "get_team_generation",
  parameters: { teamId: "text", id: "text" },
  parts: {
    generation: `SELECT ${teamGenerationColumns} FROM @generations g
      WHERE g.id = :id AND g.team_id = :teamId AND g.deleted_at IS NULL`,
  },
});

/** The attempts of the owner's generation, the deliveries of webhooks for it, and the confirmation of its notice. */
export const readAttempts = defineRead<{ readonly attempts: AttemptRow; readonly moments: GenerationMoment }>({
  name: "read_attempts",
  parameters: { ownerId: "text", id: "text" },
  parts: {
    attempts: `SELECT ${attemptColumns} FROM @attempts a JOIN @generations g ON g.id = a.generation_id
      WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL ORDER BY a.number`,
    moments: `SELECT 'webhook' AS type, d.attempt, d.received_at AS at
      FROM @generations g JOIN @webhook_deliveries d ON d.generation_id = g.id
      WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL
      UNION ALL
      SELECT 'noticed', NULL, g.noticed_at FROM @generations g
      WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL AND g.noticed_at IS NOT NULL
      ORDER BY at LIMIT 100`,
  },
});

/** Of any owner: the signature of the URL authorizes the request. */
export const getOutput = defineRead<{ readonly output: OutputRow }>({
  name: "get_output",
  parameters: { id: "text", index: "bigint" },
  parts: {
    output: `SELECT o."index", o.kind, o.storage_key AS "storageKey", o.content_type AS "contentType",
        o.byte_length AS "byteLength", o.sha256, o.width, o.height, o.duration_ms AS "durationMs", o.placeholder, o.thumbnail,
        o.provenance, o.flags
      FROM @outputs o JOIN @generations g ON g.id = o.generation_id
      WHERE o.generation_id = :id AND o."index" = :index AND g.state = 'completed' AND g.deleted_at IS NULL`,
  },
});

/** The latest one, of any owner: the signature of the URL authorizes the request. */
export const getPreview = defineRead<{ readonly preview: { readonly key: string; readonly contentType: string } }>({
  name: "get_preview",
  parameters: { id: "text" },
  parts: {
    preview: `SELECT g.preview_key AS key, g.preview_content_type AS "contentType" FROM @generations g
      WHERE g.id = :id AND g.preview_key IS NOT NULL AND g.deleted_at IS NULL`,
  },
});

/** The submission of an idempotency key, and its generation if the owner still has it. */
export const findSubmission = defineRead<{
  readonly submission: {
    readonly generation_id: string;
    readonly fingerprint: string;
    readonly group_id: string | null;
  };
  readonly generation: GenerationRow;
}>({
  name: "find_submission",
  parameters: { ...timeParameters, ownerId: "text", keyHash: "text" },
  parts: {
    submission: `SELECT s.generation_id, s.fingerprint, g.group_id FROM @submissions s
      LEFT JOIN @generations g ON g.id = s.generation_id AND g.owner_id = s.owner_id
      WHERE s.owner_id = :ownerId AND s.key_hash = :keyHash AND s.expires_at > ${confirmedTime(nowInRead)}`,
    generation: `SELECT ${generationColumns}
      FROM @submissions s JOIN @generations g ON g.id = s.generation_id AND g.owner_id = s.owner_id
      WHERE s.owner_id = :ownerId AND s.key_hash = :keyHash AND g.deleted_at IS NULL`,
  },
});

/** The generations of a group, in the order of the submit, and the owner's sequence. */
export const listGroup = defineRead<{
  readonly generations: GenerationRow;
  readonly end: { readonly sequence: number };
}>({
  name: "list_group",
  parameters: { ownerId: "text", groupId: "text" },
  parts: {
    generations: `SELECT ${generationColumns} FROM @generations g
      WHERE g.group_id = :groupId AND g.owner_id = :ownerId AND g.deleted_at IS NULL ORDER BY g.id`,
    end: `SELECT coalesce((SELECT sequence FROM @owners WHERE id = :ownerId), ${ownerStart}) AS sequence`,
  },
});

/** The data for every refusal by a limit or the balance, as of now. An owner without a row has used up nothing. */
export const checkSubmit = defineRead<{ readonly limits: LimitsRow }>({
  name: "check_submit",
  parameters: {
    ...timeParameters,
    ownerId: "text",
    accountId: "text",
    initialGrant: "bigint",
    maxActive: "bigint",
    ratePerMs: "float8",
  },
  parts: {
    limits: `SELECT t.now,
        coalesce(${rateTat("o", "t.now")}, 0) AS rate_tat,
        coalesce(${refundTat("o", "t.now")}, 0) AS refund_tat,
        coalesce(a.balance, :initialGrant) AS balance,
        CASE WHEN :maxActive IS NOT NULL THEN ${activeIds} END AS active_ids
      FROM (SELECT ${nowInRead} AS now) t
      LEFT JOIN @owners o ON o.id = :ownerId
      LEFT JOIN @accounts a ON a.id = :accountId`,
  },
});
