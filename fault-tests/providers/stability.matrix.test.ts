import { proveAdapter } from "./prove-adapter.js";

proveAdapter("stability");
proveAdapter("stability, queued");
