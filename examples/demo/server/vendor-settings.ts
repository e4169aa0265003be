import { resolve } from "node:path";
import { type Environment, readOrigin, readVariable, SettingsError } from "./environment.ts";

/** Connection options of a vendor's adapter. */
export interface VendorAccess {
  readonly apiKey: string;
  /** @default the vendor's */
  readonly baseUrl?: string;
  /** @default the vendor's */
  readonly mediaHosts?: readonly string[];
}

/** The vendors, by model name. `null`: the environment has no key, so the model is not offered. */
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

/** A ComfyUI server and its workflow. */
export interface ComfyuiAccess {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Absolute path of a workflow in API format. */
  readonly workflowFile: string;
}

/**
 * Reads the vendors' usual variables.
 *
 * @param folder base of relative paths.
 * @throws {SettingsError} when a variable is invalid. The message never contains a key.
 */
export function parseVendors(environment: Environment, folder: string): VendorSettings {
  const origin = readOrigin(environment, "DEMO_VENDOR_ORIGIN");
  const endpoint = origin === null ? {} : { baseUrl: origin, mediaHosts: [origin] };
  const accessFrom = (...names: readonly string[]): VendorAccess | null => {
    const apiKey = names.map((name) => readKey(environment, name)).find((key) => key !== null) ?? null;
    return apiKey === null ? null : { apiKey, ...endpoint };
  };
  const cloudflare = accessFrom("CLOUDFLARE_API_TOKEN");
  const accountId = readKey(environment, "CLOUDFLARE_ACCOUNT_ID");
  return {
    fal: accessFrom("FAL_KEY"),
    replicate: accessFrom("REPLICATE_API_TOKEN"),
    openai: accessFrom("OPENAI_API_KEY"),
    google: accessFrom("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    bfl: accessFrom("BFL_API_KEY"),
    stability: accessFrom("STABILITY_API_KEY"),
    cloudflare: cloudflare === null || accountId === null ? null : { ...cloudflare, accountId },
    comfyui: parseComfyui(environment, folder),
  };
}

/** Names of the vendors whose models are offered. */
export function configuredVendors(vendors: VendorSettings): readonly string[] {
  return Object.entries(vendors).flatMap(([name, access]) => (access === null ? [] : [name]));
}

/** A key is sent in a header. `fetch` would reject any other character with a message that contains the key. */
function readKey(environment: Environment, name: string): string | null {
  const key = readVariable(environment, name);
  if (key === null || /^[\x21-\x7e]+$/.test(key)) return key;
  throw new SettingsError(`Invalid ${name}: remove spaces and non-ASCII characters`);
}

function parseComfyui(environment: Environment, folder: string): ComfyuiAccess | null {
  const url = readVariable(environment, "COMFYUI_URL");
  const file = readVariable(environment, "COMFYUI_WORKFLOW");
  if (url === null || file === null) return null;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new SettingsError("Invalid COMFYUI_URL: use an http: or https: URL, such as http://127.0.0.1:8188");
  return { baseUrl: url.replace(/\/+$/, ""), workflowFile: resolve(folder, file) };
}
