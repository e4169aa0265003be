import type { ReactNode } from "react";

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** A tray with a sheet in it. */
export function TrayIcon() {
  return (
    <Icon>
      <path d="M2.5 6.5h15l-1.6 9h-11.8z" />
      <path d="M6.5 9.5h7v3h-7z" />
    </Icon>
  );
}

/** A contact sheet. */
export function SheetIcon() {
  return (
    <Icon>
      <path d="M3 3.5h5.5v5.5H3zM11.5 3.5H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z" />
    </Icon>
  );
}

/** Two coins. */
export function CoinsIcon() {
  return (
    <Icon>
      <ellipse cx="10" cy="5.5" rx="6" ry="2.5" />
      <path d="M4 5.5v4.5c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5V5.5" />
      <path d="M4 10v4.5C4 15.9 6.7 17 10 17s6-1.1 6-2.5V10" />
    </Icon>
  );
}

/** A lamp. */
export function LampIcon() {
  return (
    <Icon>
      <path d="M10 2.5v3M5.5 11a4.5 4.5 0 0 1 9 0z" />
      <path d="M8 13.5h4M10 16v1.5M5.5 14.5 4.5 16M14.5 14.5l1 1.5" />
    </Icon>
  );
}

export function PhoneIcon() {
  return (
    <Icon>
      <rect x="6" y="2.5" width="8" height="15" rx="1.5" />
      <path d="M9 15h2" />
    </Icon>
  );
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="m5 5 10 10M15 5 5 15" />
    </Icon>
  );
}

export function ChevronIcon({ to }: { readonly to: "left" | "right" | "down" }) {
  const paths = { left: "m12 4-6 6 6 6", right: "m8 4 6 6-6 6", down: "m4 7.5 6 6 6-6" };
  return (
    <Icon>
      <path d={paths[to]} />
    </Icon>
  );
}

export function DownloadIcon() {
  return (
    <Icon>
      <path d="M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13" />
    </Icon>
  );
}

export function RetryIcon() {
  return (
    <Icon>
      <path d="M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5" />
    </Icon>
  );
}

export function TrashIcon() {
  return (
    <Icon>
      <path d="M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5" />
    </Icon>
  );
}

export function DiceIcon() {
  return (
    <Icon>
      <rect x="3.5" y="3.5" width="13" height="13" rx="2.5" />
      <path d="M7 7h.01M13 13h.01M10 10h.01M13 7h.01M7 13h.01" strokeWidth="2" />
    </Icon>
  );
}

/** Two sheets. */
export function CopyIcon() {
  return (
    <Icon>
      <rect x="7" y="7" width="9.5" height="9.5" rx="1.5" />
      <path d="M13 4.5v-1H3.5V13h1" />
    </Icon>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m4 10.5 4 4 8-9" />
    </Icon>
  );
}

export function PencilIcon() {
  return (
    <Icon>
      <path d="m4 16 .8-3.6L13.5 3.7l2.8 2.8-8.7 8.7zM11.5 5.7l2.8 2.8" />
    </Icon>
  );
}

/** Four images. */
export function GridIcon() {
  return (
    <Icon>
      <path d="M3.5 3.5h5.5v5.5H3.5zM11 3.5h5.5v5.5H11zM3.5 11h5.5v5.5H3.5zM11 11h5.5v5.5H11z" />
    </Icon>
  );
}

/** A coin with an arrow back. */
export function RefundIcon() {
  return (
    <Icon>
      <path d="M7 4 3.5 7.5 7 11M4 7.5h7.5a4.5 4.5 0 0 1 0 9H7" />
    </Icon>
  );
}

export function SearchIcon() {
  return (
    <Icon>
      <circle cx="9" cy="9" r="5.5" />
      <path d="m13 13 4 4" />
    </Icon>
  );
}

export function SunIcon() {
  return (
    <Icon>
      <circle cx="10" cy="10" r="3.5" />
      <path d="M10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.300 14.300l1 1M15.300 4.7l-1 1M5.7 14.300l-1 1" />
    </Icon>
  );
}

export function MoonIcon() {
  return (
    <Icon>
      <path d="M16.5 11.7A6.8 6.8 0 1 1 8.300 3.5a5.5 5.5 0 0 0 8.200 8.200z" />
    </Icon>
  );
}

/** A landscape in a frame. */
export function ImageIcon() {
  return (
    <Icon>
      <rect x="2.5" y="4" width="15" height="12" rx="1.5" />
      <path d="m3 14 4-4 3 3 2.5-2.5 4.5 4.5M13 7.5h.01" />
    </Icon>
  );
}

/** A strip of film. */
export function FilmIcon() {
  return (
    <Icon>
      <rect x="2.5" y="4" width="15" height="12" rx="1.5" />
      <path d="M6 4v12M14 4v12M2.5 8H6M2.5 12H6M14 8h3.5M14 12h3.5" />
    </Icon>
  );
}

/** Waves of a sound. */
export function SoundIcon() {
  return (
    <Icon>
      <path d="M3.5 8.5v3M7 6v8M10.5 3.5v13M14 7v6M17 9v2" />
    </Icon>
  );
}

/** A circle with a minus sign. */
export function CanceledIcon() {
  return (
    <Icon>
      <circle cx="10" cy="10" r="7" />
      <path d="M7 10h6" />
    </Icon>
  );
}

/** A warning. */
export function FailedIcon() {
  return (
    <Icon>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6.5v4M10 13.5h.01" />
    </Icon>
  );
}
