import { proveShort } from "../prove-short.js";
import { forgedWebhooks } from "./forged-webhooks.js";

proveShort(forgedWebhooks);
