import { proveShort } from "../prove-short.js";
import { idempotentStorms } from "./idempotent-storms.js";

proveShort(idempotentStorms);
