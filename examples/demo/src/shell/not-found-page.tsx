import { Link } from "wouter";
import { Notice } from "./notice.tsx";
import { Page } from "./page.tsx";

/** Where a path leads that names no page. */
export function NotFoundPage() {
  return (
    <Page title="Nothing here" className="not-found">
      <Notice title="There is nothing here">
        <p>No page of this darkroom has that address.</p>
        <Link className="button button-lamp" href="/">
          To the Studio
        </Link>
      </Notice>
    </Page>
  );
}
