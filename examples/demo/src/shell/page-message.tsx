import type { ReactNode } from "react";

/** A message in place of content: an empty state, or an error with `tone="problem"`, which is announced as an alert. */
export function PageMessage(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly tone?: "calm" | "problem";
}) {
  const { title, children, tone = "calm" } = props;
  return (
    <div className="page-message" role={tone === "problem" ? "alert" : undefined}>
      <h2 className="page-message-title">{title}</h2>
      {children}
    </div>
  );
}
