import type { Provider } from "../../ports/provider.js";
import type { VendorOptions } from "../../provider/kit/vendor-options.js";
import type { FakeVendor } from "../vendors/fake-vendor.js";

/** An adapter, and the vendor in whose place a test stands. */
export interface MatrixSubject<Input> {
  /** Called for each cell: each begins with a vendor whose books are empty. */
  readonly createVendor: () => FakeVendor;
  /** Makes the adapter; give all of `options` to it. Called for each process that works, and for the server. */
  readonly open: (options: MatrixOptions) => Provider<Input>;
  /** An input that the adapter takes, with this prompt, for one picture. */
  readonly input: (prompt: string) => Input;
  /** The same for two pictures of one paid request; `null` where the vendor makes one picture a request. */
  readonly inputForTwo: ((prompt: string) => Input) | null;
  /**
   * Whether the vendor lets what runs go on to its end, although the adapter can cancel what waits.
   * @default false
   */
  readonly letsRunningGoOn?: boolean;
  /**
   * Cells, by their titles, in which what the vendor says does not come through to the adapter, and why. There, it must take
   * the reply for lost: no second request, and all credits back.
   * @default none
   */
  readonly unheard?: Readonly<Record<string, string>>;
}

/** How the adapter reaches the vendor. The key of tests is `the-key`. */
export type MatrixOptions = { readonly [Name in keyof VendorOptions]-?: NonNullable<VendorOptions[Name]> };
