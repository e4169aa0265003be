// All exports for browsers. The prefetch functions are for servers.
import * as client from "@safelight/client";
import * as react from "@safelight/react";
import {
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
  safelightKeys,
} from "@safelight/react/query";

globalThis.page = {
  ...client,
  ...react,
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
  safelightKeys,
};
