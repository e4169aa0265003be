import { defineCommand } from "../../text/define-function.js";
import { deleteInputs } from "../../text/inputs.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Deletes one upload, and its bytes later. A repeat finds none, and changes nothing.
 *
 * Locks: the upload.
 */
export const dropInput = defineCommand<null>({
  name: "drop_input",
  parameters: { ...timeParameters, id: "text", delayMs: "bigint" },
  declare: "v_now bigint;",
  body: `
  v_now := ${nowInFunction};
  ${deleteInputs("id = :id", "v_now + :delayMs")};
  RETURN NULL;`,
});
