import { proveShort } from "../prove-short.js";
import { clock } from "./clock.js";

proveShort(clock);
