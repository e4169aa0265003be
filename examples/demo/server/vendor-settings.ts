import { resolve } from "node:path";
import { type Environment, readOrigin, readVariable, SettingsError } from "./environment.ts";

/** How a vendor is reached, as its adapter takes it. */
export interface VendorAccess {
  readonly apiKey: string;
  /** Absent for the vendor's own. */
  readonly baseUrl?: string;
  /** Absent for the vendor's own. */
  readonly mediaHosts?: readonly string[];
}

/** The vendors, by the names of their models. `null`: the environment has no key, and the model is not offered. */
export interface VendorSettings {
  readonly fal: VendorAccess | null;
  readonly replicate: VendorAccess | null;
  readonly openai: VendorAccess | null;
  readonly google: VendorAccess | null;
  readonly bfl: VendorAccess | null;
  readonly stability: VendorAccess | null;
  readonly cloudflare: (VendorAccess & { readonly accountId: string }) | null;
  readonly comfyui: ComfyuiAccess | null;
}

/** A ComfyUI, and what it is to do. */
export interface ComfyuiAccess {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Absolute path of a workflow in API format. */
  readonly workflowFile: string;
}

/**
 * Reads the vendors' usual variables.
 *
 * @param folder relative paths start here.
 * @throws {SettingsError} when a variable makes no sense. A key is never repeated.
 */
export function parseVendors(environment: Environment, folder: string): VendorSettings {
  const origin = readOrigin(environment, "DEMO_VENDOR_ORIGIN");
  const at = origin === null ? {} : { baseUrl: origin, mediaHosts: [origin] };
  const accessBy = (...names: readonly string[]): VendorAccess | null => {
    const apiKey = names.map((name) => readKey(environment, name)).find((key) => key !== null) ?? null;
    return apiKey === null ? null : { apiKey, ...at };
  };
  const cloudflare = accessBy("CLOUDFLARE_API_TOKEN");
  const accountId = readKey(environment, "CLOUDFLARE_ACCOUNT_ID");
  return {
    fal: accessBy("FAL_KEY"),
    replicate: accessBy("REPLICATE_API_TOKEN"),
    openai: accessBy("OPENAI_API_KEY"),
    google: accessBy("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    bfl: accessBy("BFL_API_KEY"),
    stability: accessBy("STABILITY_API_KEY"),
    cloudflare: cloudflare === null || accountId === null ? null : { ...cloudflare, accountId },
    comfyui: parseComfyui(environment, folder),
  };
}

/** The vendors whose models are offered, by their names. */
export function configuredVendors(vendors: VendorSettings): readonly string[] {
  return Object.entries(vendors).flatMap(([name, access]) => (access === null ? [] : [name]));
}

/** What goes into a header: with any other character in it, `fetch` would refuse it in words that repeat it. */
function readKey(environment: Environment, name: string): string | null {
  const key = readVariable(environment, name);
  if (key === null || /^[\x21-\x7e]+$/.test(key)) return key;
  throw new SettingsError(`${name} is no key: there is a blank or a special character in it`);
}

function parseComfyui(environment: Environment, folder: string): ComfyuiAccess | null {
  const url = readVariable(environment, "COMFYUI_URL");
  const file = readVariable(environment, "COMFYUI_WORKFLOW");
  if (url === null || file === null) return null;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new SettingsError("COMFYUI_URL must be an http: or https: URL, such as http://127.0.0.1:8188");
  return { baseUrl: url.replace(/\/+$/, ""), workflowFile: resolve(folder, file) };
}
