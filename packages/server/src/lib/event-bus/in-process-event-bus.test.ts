import { runEventBusContract } from "../../../testing/event-bus-contract/event-bus-contract.js";
import { inProcessEventBus } from "./in-process-event-bus.js";

runEventBusContract("inProcessEventBus", async () => ({
  open: async (database) => inProcessEventBus({ identity: database }),
}));
