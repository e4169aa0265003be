/** A library of sessions that `safelight init` offers. */
export interface AuthChoice {
  readonly title: string;
  readonly packages: readonly string[];
  readonly imports: readonly string[];
  /** A constant that `identify` uses. */
  readonly constant?: string;
  /** Lines of the option `identify`. */
  readonly identify: readonly string[];
  readonly variables: readonly string[];
  /** Variables that get a new secret each. */
  readonly secrets?: readonly string[];
}

/** The libraries by name. `$auth` stands for the import path of the host's own module. */
export const authChoices = {
  none: {
    title: "None yet (one user)",
    packages: [],
    imports: [],
    identify: ["// Replace this with the user id of your session; `null` means signed out.", 'identify: () => "me",'],
    variables: [],
  },
  "better-auth": {
    title: "Better Auth",
    packages: [],
    imports: ['import { auth } from "$auth";'],
    identify: ["identify: async ({ headers }) => (await auth.api.getSession({ headers }))?.user.id ?? null,"],
    variables: [],
  },
  clerk: {
    title: "Clerk",
    packages: ["@clerk/backend"],
    imports: ['import { createClerkClient } from "@clerk/backend";'],
    constant: `const clerk = createClerkClient({
  secretKey: process.env.CLERK_SECRET_KEY!,
  publishableKey: process.env.CLERK_PUBLISHABLE_KEY!,
});
`,
    identify: [
      "identify: async ({ headers, request }) => {",
      '  const state = await clerk.authenticateRequest(request ?? new Request("http://localhost", { headers }));',
      "  return state.toAuth()?.userId ?? null;",
      "},",
    ],
    variables: ["CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY"],
  },
  "auth-js": {
    title: "Auth.js (Next.js only)",
    packages: [],
    // Not `auth()`: an open stream calls `identify` again, outside of a request of Next.
    imports: ['import { getToken } from "next-auth/jwt";'],
    identify: [
      "identify: async ({ headers }) => {",
      '  const secureCookie = process.env.NODE_ENV === "production";',
      "  const token = await getToken({ req: { headers }, secret: process.env.AUTH_SECRET!, secureCookie });",
      "  return token?.sub ?? null;",
      "},",
    ],
    variables: [],
  },
} as const satisfies Readonly<Record<string, AuthChoice>>;

/** The signed cookie of a starter, whose files include the module of the session. */
export const cookieAuth: AuthChoice = {
  title: "A signed cookie",
  packages: [],
  imports: ['import { identify } from "$session";'],
  identify: ["identify,"],
  variables: [],
  secrets: ["SESSION_SECRET"],
};

export type AuthName = keyof typeof authChoices;

// The cast is safe: the keys of an object literal are its type's.
export const authNames = Object.keys(authChoices) as readonly AuthName[];
