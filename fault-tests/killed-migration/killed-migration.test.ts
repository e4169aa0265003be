import { proveShort } from "../prove-short.js";
import { killedMigration } from "./killed-migration.js";

proveShort(killedMigration);
