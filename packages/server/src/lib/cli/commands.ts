/*!
 * The build includes get-tsconfig and resolve-pkg-maps, copyright (c) Hiroki Osame; compare-versions, copyright (c) 2015-2021 Ole
 * Michelsen; package-manager-detector, copyright (c) 2020-PRESENT Anthony Fu. MIT license, with the text of the file LICENSE.
 */
import { adminCommand } from "./admin/open-admin-page.js";
import { auditCommand } from "./audit-database.js";
import type { Command } from "./command.js";
import { copyCommand } from "./copy-database.js";
import { secretCommand } from "./create-secret.js";
import { doctorCommand } from "./doctor/run-doctor.js";
import { fileCommand } from "./find-file.js";
import { initCommand } from "./init/run-init.js";
import { listCommand } from "./list-generations.js";
import { migrateCommand } from "./migrate-database.js";
import { serveCommand } from "./serve-database.js";
import { showCommand } from "./show-generation.js";
import { restoredCommand } from "./start-timeline.js";
import { costsCommand } from "./sum-costs.js";
import { sweepCommand } from "./sweep-folder.js";

/** The commands by name, in the order of the usage. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ["init", initCommand],
  ["doctor", doctorCommand],
  ["secret", secretCommand],
  ["migrate", migrateCommand],
  ["ls", listCommand],
  ["show", showCommand],
  ["file", fileCommand],
  ["admin", adminCommand],
  ["audit", auditCommand],
  ["costs", costsCommand],
  ["sweep", sweepCommand],
  ["restored", restoredCommand],
  ["copy", copyCommand],
  ["serve", serveCommand],
]);
