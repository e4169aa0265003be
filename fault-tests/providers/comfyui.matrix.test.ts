import { proveAdapter } from "./prove-adapter.js";

proveAdapter("comfyui");
proveAdapter("comfyui, oldest");
