/** The members of React Native's `AppState` that this module uses. */
export interface AppStates {
  addEventListener(type: "change", listener: (state: string) => void): { remove(): void };
}

/** The members of TanStack Query's `focusManager` that this module uses. */
export interface FocusManager {
  setEventListener(setup: (setFocused: (isFocused?: boolean) => void) => () => void): void;
}

/**
 * Reports the app's state to TanStack Query, which knows that of a browser's page only: stale queries are fetched again
 * when the app comes to the foreground.
 *
 * @param focusManager replaces its listener, and removes the one before.
 */
export function followAppState(focusManager: FocusManager, appState: AppStates): void {
  focusManager.setEventListener((setFocused) => {
    // `inactive` of iOS is a moment, such as an incoming call: the app is still visible.
    const subscription = appState.addEventListener("change", (state) => setFocused(state !== "background"));
    return () => subscription.remove();
  });
}
