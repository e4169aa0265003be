import { proveShort } from "../prove-short.js";
import { ssrf } from "./ssrf.js";

proveShort(ssrf);
