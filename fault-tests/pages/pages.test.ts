import { proveShort } from "../prove-short.js";
import { pages } from "./pages.js";

proveShort(pages);
