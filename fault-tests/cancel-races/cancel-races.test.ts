import { proveShort } from "../prove-short.js";
import { cancelRaces } from "./cancel-races.js";

proveShort(cancelRaces);
