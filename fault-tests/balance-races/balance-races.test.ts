import { proveShort } from "../prove-short.js";
import { balanceRaces } from "./balance-races.js";

proveShort(balanceRaces);
