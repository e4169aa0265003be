import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { Route, Switch } from "wouter";
import { AboutPage } from "./about/about-page.tsx";
import { CreditsPage } from "./credits/credits-page.tsx";
import { HistoryPage } from "./history/history-page.tsx";
import { Notices } from "./notices/notices.tsx";
import { Toasts } from "./notices/toasts.tsx";
import { pagePaths } from "./page-paths.ts";
import { Header } from "./shell/header.tsx";
import { NavigationLinks } from "./shell/navigation-links.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { OfflineBanner } from "./shell/offline-banner.tsx";
import { StudioPage } from "./studio/studio-page.tsx";
import { TrayProvider } from "./tray/tray-provider.tsx";
import { ContinuePage } from "./visitor/continue-page.tsx";

/** The demo: header, navigation and notices around the routed pages. */
export function App() {
  const [queryClient] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={queryClient}>
      <Toasts>
        <TrayProvider>
          <a className="skip-link" href="#main">
            Skip to the page
          </a>
          <Header />
          <OfflineBanner />
          <Switch>
            <Route path={pagePaths.studio}>
              <StudioPage />
            </Route>
            <Route path={pagePaths.history}>{({ id }) => <HistoryPage openId={id ?? null} />}</Route>
            <Route path={pagePaths.credits}>
              <CreditsPage />
            </Route>
            <Route path={pagePaths.about}>
              <AboutPage />
            </Route>
            <Route path={pagePaths.continue}>
              <ContinuePage />
            </Route>
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
          <nav className="tab-bar" aria-label="Pages">
            <NavigationLinks />
          </nav>
          <Notices />
        </TrayProvider>
      </Toasts>
    </QueryClientProvider>
  );
}
