import { proveAdapter } from "./prove-adapter.js";

proveAdapter("aiSdkVideo");
