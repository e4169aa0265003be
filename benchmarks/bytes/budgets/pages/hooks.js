import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";

globalThis.page = { createSafelightClient, createSafelightHooks };
