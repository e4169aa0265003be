import type { Provider } from "../../src/lib/ports/provider.js";
import type { VendorOptions } from "../../src/lib/provider/kit/vendor-options.js";
import type { FakeVendor } from "../vendors/fake-vendor.js";

/** An adapter and its fake vendor. */
export interface MatrixSubject<Input> {
  /** Called for each cell, so that each starts with a new vendor. */
  readonly createVendor: () => FakeVendor;
  /** Creates the adapter. Pass all `options` to it. Called for each worker process and for the server. */
  readonly open: (options: MatrixOptions) => Provider<Input>;
  /** Creates an input for one image with this prompt. */
  readonly input: (prompt: string) => Input;
  /** The same for two images of one paid request; `null` if the vendor makes one image per request. */
  readonly inputForTwo: ((prompt: string) => Input) | null;
  /** Kind of the outputs. @default "image" */
  readonly kind?: "image" | "video";
  /**
   * Whether the vendor does not stop running jobs, although the adapter can cancel queued ones.
   * @default false
   */
  readonly cannotStopRunning?: boolean;
  /**
   * Cells, by title, in which the vendor's response does not reach the adapter, and why. The attempt must then end as if
   * the response were lost: no second request, and a full refund.
   * @default none
   */
  readonly lostResponses?: Readonly<Record<string, string>>;
}

/** Options for the adapter to reach the vendor. The API key is `the-key`. */
export type MatrixOptions = {
  readonly [Name in Exclude<keyof VendorOptions, "limits">]-?: NonNullable<VendorOptions[Name]>;
};
