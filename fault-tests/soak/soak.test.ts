import { proveShort } from "../prove-short.js";
import { soak } from "./soak.js";

proveShort(soak);
