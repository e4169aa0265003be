import { proveShort } from "../prove-short.js";
import { simulation } from "./simulation.js";

proveShort(simulation);
