import { proveShort } from "../prove-short.js";
import { repeatedWebhooks } from "./repeated-webhooks.js";

proveShort(repeatedWebhooks);
