/** The settings of one server. `main.ts` reads them from the environment. */
export interface Settings {
  /** The public origin of the server, without a slash at its end. */
  readonly url: string;
  /** Folder of the databases and the images. */
  readonly dataFolder: string;
  /** At least 32 characters. Signs the cookies of sessions, and the URLs of images. */
  readonly secret: string;
  readonly stripe: {
    readonly apiKey: string;
    /** Signing secret of the webhook endpoint: `whsec_…`. */
    readonly webhookSecret: string;
    /** Origin of the API, such as that of `fake-stripe`. @default Stripe's own API */
    readonly apiOrigin?: string;
  };
}

/** Reads the settings. `DATA_FOLDER` is optional. @throws {Error} with the name of the first missing variable */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    url: required(env, "APP_URL"),
    dataFolder: env.DATA_FOLDER ?? "data",
    secret: required(env, "APP_SECRET"),
    stripe: {
      apiKey: required(env, "STRIPE_SECRET_KEY"),
      webhookSecret: required(env, "STRIPE_WEBHOOK_SECRET"),
    },
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set: see README.md, "Going live".`);
  return value;
}
