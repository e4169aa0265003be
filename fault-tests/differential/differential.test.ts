import { proveShort } from "../prove-short.js";
import { differential } from "./differential.js";

proveShort(differential);
