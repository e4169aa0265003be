import { proveShort } from "../prove-short.js";
import { kills } from "./kills.js";

proveShort(kills);
