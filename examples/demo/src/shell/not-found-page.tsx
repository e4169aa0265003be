import { Link } from "wouter";
import { Page } from "./page.tsx";
import { PageMessage } from "./page-message.tsx";

/** Shown for an unknown path. */
export function NotFoundPage() {
  return (
    <Page title="Nothing here" className="not-found">
      <PageMessage title="There is nothing here">
        <p>No page of this darkroom has that address.</p>
        <Link className="button button-lamp" href="/">
          To the Studio
        </Link>
      </PageMessage>
    </Page>
  );
}
