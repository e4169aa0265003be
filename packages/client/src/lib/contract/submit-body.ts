import type { Gallery } from "./generation.js";
import type { Json, JsonObject } from "./json.js";

/** Body of `POST /`. */
export interface SubmitBody {
  readonly model: string;
  readonly input: Json;
  /**
   * Host-defined label for the part of the app that submitted it, such as a project id. At most 128 characters.
   */
  readonly scope?: string;
  /**
   * The gallery to show the generation in: a request that the host's `teams.visibility` may change. `"team"` needs a team.
   * @default the host's choice
   */
  readonly visibility?: Gallery;
  /** Data that the host wants returned with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject;
  /** The price that the user saw. If the price differs, the submit is refused with `price_changed` and charges nothing. */
  readonly expectedCredits?: number;
  /** The earliest start: ISO 8601 with an offset, at most 30 days ahead. A past time means now. */
  readonly notBefore?: string;
  /**
   * Fails the generation with `expired`, and refunds it, if no attempt has started within this time: whole milliseconds
   * from 1 to 30 days, counted from `notBefore`, or from now.
   */
  readonly expiresAfterMs?: number;
}

/** Body of `POST /many`: generations of one model, of which the server accepts all or none. */
export interface SubmitManyBody extends Omit<SubmitBody, "input"> {
  /** From 1 to 100 inputs of the model. */
  readonly inputs: readonly Json[];
  /** The price of all generations that the user saw. */
  readonly expectedCredits?: number;
}

/** Body of `POST /quote`. */
export interface QuoteBody {
  readonly model: string;
  readonly input: Json;
}

/** Body of `POST /:id/retry`. */
export interface RetryBody {
  /** Fields that replace those of the original input. @default the original input */
  readonly input?: JsonObject;
  /** As in {@link SubmitBody}: an old generation may have had another price. */
  readonly expectedCredits?: number;
}
