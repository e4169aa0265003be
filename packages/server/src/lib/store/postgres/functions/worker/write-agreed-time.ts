import { defineCommand } from "../../text/define-function.js";

/**
 * Replaces the stored agreed time, unless another process has replaced `:before` since.
 *
 * Locks: the setting.
 */
export const writeAgreedTime = defineCommand<null>({
  name: "write_agreed_time",
  parameters: { before: "text", next: "text" },
  body: `
  INSERT INTO @settings AS s (name, value) VALUES ('agreed_time', :next)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE s.value = :before;
  RETURN NULL;`,
});
