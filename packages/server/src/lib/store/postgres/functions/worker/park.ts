import type { ParkCommand } from "../../../../ports/store/store-commands.js";
import { attemptParameters, updateAttemptState } from "../../text/attempt-state.js";
import { defineCommand } from "../../text/define-function.js";
import { parkUntil } from "../../text/late-write.js";
import { mayMove } from "../../text/literals.js";
import { enqueueObjectDeletion } from "../../text/outbox.js";
import { dropRefusedPreview, progressColumns, progressParameters } from "../../text/progress.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { lockGeneration } from "../lock-generation.js";

const parkStates = [
  "queued",
  "running",
  "storing",
  "retry_wait",
  "reconciling",
] as const satisfies readonly ParkCommand["to"][];

const mayPark = `(CASE :to ${parkStates
  .map((to) => `WHEN '${to}' THEN ${mayMove("v_gen.state", { command: "park", to })}`)
  .join("\n      ")} ELSE false END)`;

/**
 * Releases the lease until later. Parking keeps the epoch and often the state, so only the token identifies a repeat.
 * Deletes the preview that a new one replaces, and a preview that is refused. A generation whose cancel was requested since
 * leaves its gate: its next claim ends it.
 *
 * Locks: the owner if there is progress to see, then the generation.
 */
export const park = defineCommand<AppliedRow>({
  name: "park",
  parameters: {
    ...timeParameters,
    ...progressParameters,
    ...attemptParameters,
    id: "text",
    epoch: "bigint",
    token: "text",
    to: "text",
    dueInMs: "bigint",
    isNoop: "flag",
    storedOutputs: "text",
    setsGate: "flag",
    gate: "text",
    keepsBudget: "flag",
    hasProgress: "flag",
  },
  uses: [lockGeneration],
  declare: "v_now bigint; v_owner text; v_gen record; v_sequence bigint;",
  body: `
  v_owner := @${lockGeneration.name}(:id, NULL, :hasProgress, 0::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.attempts, g.woken, g.deadline_at, g.preview_key
    INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  IF v_gen.epoch <> :epoch OR NOT ${mayPark} THEN
    ${dropRefusedPreview}
    RETURN NULL;
  END IF;
  IF :previewKey IS NOT NULL AND v_gen.preview_key <> :previewKey THEN
    ${enqueueObjectDeletion("v_gen.preview_key", "v_now")};
  END IF;
  IF :hasProgress = 1 THEN
    UPDATE @owners SET sequence = sequence + 1 WHERE id = v_owner RETURNING sequence INTO v_sequence;
  END IF;
  UPDATE @generations SET state = :to, command_token = :token, touched_at = v_now, leased = 0, woken = 0,
    expired_leases = CASE WHEN :isNoop = 1 THEN expired_leases ELSE 0 END,
    due_at = ${parkUntil(":to")},
    gate = CASE WHEN :to = 'retry_wait' AND cancel_requested_at IS NOT NULL THEN NULL
      WHEN :setsGate = 1 THEN :gate ELSE gate END, max_attempts = max_attempts + :keepsBudget,
    ${progressColumns(":hasProgress = 1")},
    version = version + :hasProgress, sequence = coalesce(v_sequence, sequence)
  WHERE id = :id;
  -- Stored outputs of a result persist, however long the others take, and whichever worker continues.
  IF :storedOutputs IS NOT NULL THEN
    UPDATE @attempts SET stored_outputs = :storedOutputs WHERE generation_id = :id AND number = v_gen.attempts;
  END IF;
  ${updateAttemptState};
  RETURN json_build_object('owner_id', v_owner);`,
});
