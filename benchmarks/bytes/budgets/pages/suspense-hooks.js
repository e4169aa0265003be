import { createSafelightClient } from "@safelight/client";
import * as hooks from "@safelight/react/suspense";

globalThis.page = { createSafelightClient, ...hooks };
