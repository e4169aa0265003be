/*!
 * The build includes @clack/prompts and @clack/core, copyright (c) 2025-Present Bombshell contributors; sisteransi, copyright (c)
 * 2018 Terkel Gjervig Nielsen; fast-string-width and fast-string-truncated-width, copyright (c) 2024-present Fabio Spampinato;
 * fast-wrap-ansi, copyright (c) 2025 James Garbutt. MIT license, with the text of the file LICENSE.
 */
import { confirm, isCancel, select } from "@clack/prompts";
import { type AuthName, authChoices, authNames } from "./auth-choices.js";
import { type FrameworkName, frameworkNames, frameworks } from "./frameworks/frameworks.js";
import { type ProviderName, providerChoices, providerNames } from "./provider-choices.js";

/** Asks a user at a terminal. Each question returns `null` when the user cancels. */
export const terminalQuestions = {
  framework: (): Promise<FrameworkName | null> =>
    ask(
      "Which framework serves your API?",
      frameworkNames.map((value) => ({ value, label: frameworks[value].title })),
    ),
  provider: (): Promise<ProviderName | null> =>
    ask(
      "Which provider makes the images?",
      providerNames.map((value) => ({ value, label: providerChoices[value].title })),
    ),
  auth: (): Promise<AuthName | null> =>
    ask(
      "Which library has your sessions?",
      authNames.map((value) => ({ value, label: authChoices[value].title })),
    ),
  async confirm(message: string): Promise<boolean> {
    const confirmed = await confirm({ message });
    return !isCancel(confirmed) && confirmed;
  },
};

/** The questions of `safelight init`. */
export type Questions = typeof terminalQuestions;

async function ask<Value extends string>(
  message: string,
  options: readonly { readonly value: Value; readonly label: string }[],
): Promise<Value | null> {
  const values = new Map<string, Value>(options.map(({ value }) => [value, value]));
  const chosen = await select<string>({ message, options: [...options] });
  return isCancel(chosen) ? null : (values.get(chosen) ?? null);
}
