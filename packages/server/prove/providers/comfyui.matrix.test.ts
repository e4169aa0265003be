import { runProviderMatrix } from "../../src/lib/testing/provider-matrix.js";
import { subjects } from "./subjects.js";

runProviderMatrix("comfyui", subjects.comfyui);
runProviderMatrix("comfyui, oldest", subjects["comfyui, oldest"]);
