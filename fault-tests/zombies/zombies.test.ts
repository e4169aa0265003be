import { proveShort } from "../prove-short.js";
import { zombies } from "./zombies.js";

proveShort(zombies);
