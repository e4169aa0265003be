import { createSafelightClient } from "@safelight/client";
import { SafelightProvider, useActiveGeneration } from "@safelight/react";

globalThis.page = { createSafelightClient, SafelightProvider, useActiveGeneration };
