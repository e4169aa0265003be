import { proveAdapter } from "./prove-adapter.js";

// `pnpm prove:providers` also runs the cells of the oldest ComfyUI, which has a contract test of its own.
proveAdapter("comfyui");
