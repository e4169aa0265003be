import { proveShort } from "../prove-short.js";
import { providerFaults } from "./provider-faults.js";

proveShort(providerFaults);
