import { proveShort } from "../prove-short.js";
import { recovery } from "./recovery.js";

proveShort(recovery);
