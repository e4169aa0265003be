import { proveShort } from "../prove-short.js";
import { limits } from "./limits.js";

proveShort(limits);
