import { localSettings } from "../../copy/copied-tables.js";

/** The setting of a database that is copied, or has moved. */
export const readFreeze = `SELECT value FROM @settings WHERE name = '${localSettings.freeze}'`;
