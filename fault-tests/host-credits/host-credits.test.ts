import { proveShort } from "../prove-short.js";
import { hostCredits } from "./host-credits.js";

proveShort(hostCredits);
