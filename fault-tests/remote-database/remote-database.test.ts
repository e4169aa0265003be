import { proveShort } from "../prove-short.js";
import { remoteDatabase } from "./remote-database.js";

proveShort(remoteDatabase);
