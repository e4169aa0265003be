import { proveShort } from "../prove-short.js";
import { rollingDeploy } from "./rolling-deploy.js";

proveShort(rollingDeploy);
