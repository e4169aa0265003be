import type { InspectedQueryClient } from "../devtools.js";
import type { FrozenPage } from "../freeze-page.js";
import type { SharedConnection } from "../leadership.js";
import type { Simulator } from "../simulations.js";
import type { TrafficLog } from "../traffic-log.js";

/** The parts of the developer tools that the panel shows and controls. */
export interface PanelOptions {
  readonly log: TrafficLog;
  readonly simulator: Simulator;
  readonly page: FrozenPage;
  readonly queryClient: InspectedQueryClient | undefined;
}

/** The parts of the panel that all tabs use. */
export interface PanelContext extends PanelOptions {
  /** The shared connections, as of the last read of the locks. */
  readonly connections: () => readonly SharedConnection[];
  /** Makes another page lead. */
  readonly yieldLead: () => void;
  /** Updates the shown tab soon, once for several calls. */
  readonly refresh: () => void;
}

/** A tab of the panel. */
export interface PanelTab {
  readonly name: string;
  readonly content: HTMLElement;
  /** Shows the current state. Called only while the tab is shown. */
  readonly update: () => void;
}
