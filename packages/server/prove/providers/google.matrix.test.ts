import { runProviderMatrix } from "../../src/lib/testing/provider-matrix.js";
import { subjects } from "./subjects.js";

runProviderMatrix("google", subjects.google);
