import { authorizationMatrix } from "./authorization-matrix/authorization-matrix.js";
import { balanceRaces } from "./balance-races/balance-races.js";
import { busyDatabase } from "./busy-database/busy-database.js";
import { cancelRaces } from "./cancel-races/cancel-races.js";
import { clock } from "./clock/clock.js";
import { cutAndResume } from "./cut-and-resume/cut-and-resume.js";
import { differential } from "./differential/differential.js";
import { fullDisk } from "./full-disk/full-disk.js";
import { hostCredits } from "./host-credits/host-credits.js";
import { idempotentStorms } from "./idempotent-storms/idempotent-storms.js";
import { killedMigration } from "./killed-migration/killed-migration.js";
import { killedPostgres } from "./killed-postgres/killed-postgres.js";
import { kills } from "./kills/kills.js";
import { limits } from "./limits/limits.js";
import { lossyContract } from "./lossy-contract/lossy-contract.js";
import { manyWorkers } from "./many-workers/many-workers.js";
import { pages } from "./pages/pages.js";
import type { Proof } from "./proof.js";
import { providerFaults } from "./provider-faults/provider-faults.js";
import { recovery } from "./recovery/recovery.js";
import { remoteDatabase } from "./remote-database/remote-database.js";
import { rollingDeploy } from "./rolling-deploy/rolling-deploy.js";
import { simulation } from "./simulation/simulation.js";
import { soak } from "./soak/soak.js";
import { ssrf } from "./ssrf/ssrf.js";
import { storm } from "./storm/storm.js";
import { forgedWebhooks } from "./webhooks/forged-webhooks.js";
import { repeatedWebhooks } from "./webhooks/repeated-webhooks.js";
import { zombies } from "./zombies/zombies.js";

/** All proofs of `pnpm prove`, in this order. */
export const proofs: readonly Proof[] = [
  simulation,
  remoteDatabase,
  kills,
  zombies,
  recovery,
  manyWorkers,
  idempotentStorms,
  balanceRaces,
  cancelRaces,
  providerFaults,
  clock,
  busyDatabase,
  fullDisk,
  repeatedWebhooks,
  forgedWebhooks,
  cutAndResume,
  authorizationMatrix,
  ssrf,
  soak,
  killedMigration,
  pages,
  storm,
  lossyContract,
  killedPostgres,
  differential,
  rollingDeploy,
  limits,
  hostCredits,
];
