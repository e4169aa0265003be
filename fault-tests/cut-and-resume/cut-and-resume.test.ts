import { proveShort } from "../prove-short.js";
import { cutAndResume } from "./cut-and-resume.js";

proveShort(cutAndResume);
