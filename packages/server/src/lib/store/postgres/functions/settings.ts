import { lockErasures } from "../text/advisory-locks.js";
import { defineCommand } from "../text/define-function.js";
import { nowInFunction, timeParameters } from "../text/time.js";

/** The counter of the positions of erasures. */
const erasureCounter = "pg_get_serial_sequence('@erased_owners', 'position')";

/** Stores the candidate unless a secret is stored, and returns the stored one. Locks: the setting. */
export const readSecret = defineCommand<{ readonly value: string }>({
  name: "read_secret",
  parameters: { candidate: "text" },
  body: `
  INSERT INTO @settings (name, value) VALUES ('secret', :candidate) ON CONFLICT (name) DO NOTHING;
  RETURN (SELECT json_build_object('value', value) FROM @settings WHERE name = 'secret');`,
});

/**
 * Needs an id that was never used; a repeat of the command changes nothing. Also raises the counter of erasures to the
 * time: processes that ran during the restore have cached a position of the lost history, and it must stay below the next
 * erasure.
 *
 * Locks: the positions of erasures, so that the counter only rises, and the setting.
 */
export const startTimeline = defineCommand<null>({
  name: "start_timeline",
  parameters: { ...timeParameters, timeline: "text" },
  body: `
  ${lockErasures};
  PERFORM setval(${erasureCounter}, greatest(nextval(${erasureCounter}), ${nowInFunction}));
  INSERT INTO @settings (name, value) VALUES ('timeline', :timeline)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
  RETURN NULL;`,
});

/** Shows whether the database accepts writes. The value is random: Postgres compresses a repeated text. Locks: the setting. */
export const tryWrite = defineCommand<null>({
  name: "try_write",
  parameters: { bytes: "bigint" },
  body: `
  INSERT INTO @settings (name, value) VALUES ('write_trial', (
    SELECT string_agg(md5(random()::text), '') FROM generate_series(1, :bytes::int / 32)))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
  RETURN NULL;`,
});
