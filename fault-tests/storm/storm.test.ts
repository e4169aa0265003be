import { proveShort } from "../prove-short.js";
import { storm } from "./storm.js";

proveShort(storm);
