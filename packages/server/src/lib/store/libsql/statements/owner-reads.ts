import { now } from "../guards/guards.js";
import { ownerStart } from "../guards/owner-start.js";
import { timeline } from "./timeline.js";

/** The owner's sequence. */
export const sequenceStatement = `SELECT coalesce(
     (SELECT sequence FROM safelight_owners WHERE id = :ownerId), ${ownerStart}) AS sequence`;

/** The owner's sequence, the timeline, and the time. */
export const sequenceAndTimeStatement = `${sequenceStatement}, ${timeline} AS timeline, ${now} AS now`;

/** The owner's sequence, the timeline, and whether the owner's event log cannot be continued from `:sequence`. */
export const logEndStatement = `SELECT coalesce(max(sequence), ${ownerStart}) AS sequence, ${timeline} AS timeline,
     :sequence NOT BETWEEN coalesce(max(log_start), ${ownerStart}) AND coalesce(max(sequence), ${ownerStart}) AS resync
   FROM safelight_owners WHERE id = :ownerId`;
