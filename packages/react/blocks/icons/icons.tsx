import type { ReactNode } from "react";

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      className="size-4 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.75"
      viewBox="0 0 24 24"
    >
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon>
    <path d="M18 6 6 18M6 6l12 12" />
  </Icon>
);

/** Points to the start of the line: it turns around in right-to-left text. */
export const PreviousIcon = () => (
  <span className="rtl:-scale-x-100">
    <Icon>
      <path d="m15 18-6-6 6-6" />
    </Icon>
  </span>
);

/** Points to the end of the line: it turns around in right-to-left text. */
export const NextIcon = () => (
  <span className="rtl:-scale-x-100">
    <Icon>
      <path d="m9 18 6-6-6-6" />
    </Icon>
  </span>
);

export const DownloadIcon = () => (
  <Icon>
    <path d="M12 4v11m0 0 4-4m-4 4-4-4M5 20h14" />
  </Icon>
);

export const RetryIcon = () => (
  <Icon>
    <path d="M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6" />
  </Icon>
);

export const VaryIcon = () => (
  <Icon>
    <path d="M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4" />
  </Icon>
);

export const DeleteIcon = () => (
  <Icon>
    <path d="M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13" />
  </Icon>
);

export const CreditsIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5v9M9.5 10h4a1.75 1.75 0 0 1 0 3.5h-3" />
  </Icon>
);

export const ImageIcon = () => (
  <Icon>
    <rect height="16" rx="2.5" width="18" x="3" y="4" />
    <circle cx="8.5" cy="9.5" r="1.5" />
    <path d="m4 18 5-5 3 3 4-4 4 4" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4z" />
    <circle cx="12" cy="13" r="3.25" />
  </Icon>
);

export const ProblemIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 8v4.5m0 3v.01" />
  </Icon>
);

export const ReadyIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m8.5 12 2.5 2.5 4.5-5" />
  </Icon>
);

export const AudioIcon = () => (
  <Icon>
    <path d="M9 18V6l10-2v12" />
    <circle cx="6.5" cy="18" r="2.5" />
    <circle cx="16.5" cy="16" r="2.5" />
  </Icon>
);

export const CanceledIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m6.5 6.5 11 11" />
  </Icon>
);
