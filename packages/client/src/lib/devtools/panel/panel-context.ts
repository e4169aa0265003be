import type { InspectedQueryClient } from "../devtools.js";
import type { FrozenPage } from "../freeze-page.js";
import type { SharedConnection } from "../leadership.js";
import type { Simulator } from "../simulations.js";
import type { TrafficLog } from "../traffic-log.js";

/** The parts that the panel shows and drives. */
export interface PanelOptions {
  readonly log: TrafficLog;
  readonly simulator: Simulator;
  readonly page: FrozenPage;
  readonly queryClient: InspectedQueryClient | undefined;
}

/** The parts, and the state of the pages as of the last read. */
export interface PanelContext extends PanelOptions {
  readonly connections: () => readonly SharedConnection[];
  readonly yieldLead: () => void;
  /** Shows the current state. */
  readonly refresh: () => void;
}

/** A tab of the panel. */
export interface PanelTab {
  readonly name: string;
  readonly content: HTMLElement;
  /** Shows the current state. Called while the tab is shown. */
  readonly update: () => void;
}
