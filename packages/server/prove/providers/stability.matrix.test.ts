import { runProviderMatrix } from "../../src/lib/testing/provider-matrix.js";
import { subjects } from "./subjects.js";

runProviderMatrix("stability", subjects.stability);
runProviderMatrix("stability, queued", subjects["stability, queued"]);
