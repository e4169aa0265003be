import { proveShort } from "../prove-short.js";
import { fullDisk } from "./full-disk.js";

proveShort(fullDisk);
