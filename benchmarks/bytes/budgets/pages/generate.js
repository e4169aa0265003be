import { createSafelightClient } from "@safelight/client";
import { SafelightProvider, useActiveGeneration, useGenerate } from "@safelight/react";

globalThis.page = { createSafelightClient, SafelightProvider, useActiveGeneration, useGenerate };
