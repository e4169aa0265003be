import { useSyncExternalStore } from "react";
import { MoonIcon, SunIcon } from "./icons.tsx";

/** Also read by `public/theme.js`. */
const storageKey = "safelight-demo:theme";
const system = matchMedia("(prefers-color-scheme: light)");
const listeners = new Set<() => void>();

/** Switches between the dark and the light theme. The choice is stored; the default is the device's. */
export function ThemeSwitch() {
  const isLight = useSyncExternalStore(subscribe, readIsLight);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={isLight ? "Use the dark theme" : "Use the light theme"}
      onClick={() => choose(isLight ? "dark" : "light")}
    >
      {isLight ? <MoonIcon /> : <SunIcon />}
    </button>
  );
}

function readIsLight(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? system.matches : theme === "light";
}

function choose(theme: "dark" | "light"): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Without storage, the choice lasts until the next page load.
  }
  apply(theme);
}

function apply(theme: string | null): void {
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const fromOtherTab = ({ key, newValue }: StorageEvent) => {
    if (key === storageKey) apply(newValue);
  };
  listeners.add(listener);
  system.addEventListener("change", listener);
  window.addEventListener("storage", fromOtherTab);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
    window.removeEventListener("storage", fromOtherTab);
  };
}
