import { proveShort } from "../prove-short.js";
import { busyDatabase } from "./busy-database.js";

proveShort(busyDatabase);
