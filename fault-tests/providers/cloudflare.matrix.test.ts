import { proveAdapter } from "./prove-adapter.js";

proveAdapter("cloudflare");
proveAdapter("cloudflare, binding");
