import { runProviderMatrix } from "../../src/lib/testing/provider-matrix.js";
import { subjects } from "./subjects.js";

runProviderMatrix("cloudflare", subjects.cloudflare);
runProviderMatrix("cloudflare, binding", subjects["cloudflare, binding"]);
