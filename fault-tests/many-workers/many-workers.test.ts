import { proveShort } from "../prove-short.js";
import { manyWorkers } from "./many-workers.js";

proveShort(manyWorkers);
