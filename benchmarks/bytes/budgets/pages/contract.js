import * as contract from "@safelight/client/contract";

globalThis.page = { ...contract };
