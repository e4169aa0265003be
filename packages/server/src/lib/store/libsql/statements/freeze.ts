import { localSettings } from "../../copy/copied-tables.js";

/** The setting of a database that is copied, or has moved. */
export const readFreezeStatement = `SELECT value FROM safelight_settings WHERE name = '${localSettings.freeze}'`;
