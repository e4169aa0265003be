import { useLocation } from "wouter";
import { ActivePill } from "../../../../packages/react/blocks/active-pill/active-pill";
import { CreditsBadge } from "../../../../packages/react/blocks/credits-badge/credits-badge";
import { sendWaitingDeletes } from "../../../../packages/react/blocks/generation-view/use-undoable-delete";
import { focusRing, outlineButton } from "../../../../packages/react/blocks/styles/buttons";
import { users } from "../users.ts";

const pages = [
  { path: "/", label: "Create" },
  { path: "/collections", label: "Collections" },
  { path: "/team", label: "Team" },
  { path: "/credits", label: "Credits" },
] as const;

interface HeaderProps {
  readonly email: string;
  readonly isStaff: boolean;
}

export function Header({ email, isStaff }: HeaderProps) {
  const [path] = useLocation();
  const signOut = async () => {
    // After a failed delete, the page shows the image and the reason. The next click signs out.
    if (await sendWaitingDeletes()) await users.signOut();
  };
  const link = `rounded-md px-3 py-2 text-sm font-medium text-muted-foreground no-underline hover:text-foreground aria-[current]:bg-accent aria-[current]:text-accent-foreground ${focusRing}`;
  const isCurrent = (of: string) => (of === "/" ? path === "/" : path.startsWith(of));
  return (
    <header className="border-b border-border bg-card text-card-foreground">
      <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-6">
        <a
          href="/"
          className={`flex items-center gap-2 rounded-md text-lg font-semibold tracking-tight no-underline ${focusRing}`}
        >
          <img src="/mark.svg" alt="" width={28} height={28} />
          <span className="max-sm:sr-only">Studio</span>
        </a>
        <div className="ms-auto flex flex-wrap items-center justify-end gap-2 sm:order-last">
          <ActivePill href="/#generations" />
          <CreditsBadge href="/credits" />
          <button type="button" className={outlineButton} title={email} onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
        <nav aria-label="Pages" className="-mx-2 flex basis-full flex-wrap gap-1 sm:mx-0 sm:basis-auto">
          {pages.map(({ path: to, label }) => (
            <a key={to} href={to} className={link} aria-current={isCurrent(to) ? "page" : undefined}>
              {label}
            </a>
          ))}
          {isStaff && (
            <a href="/admin" className={link}>
              Operate
            </a>
          )}
        </nav>
      </div>
    </header>
  );
}
