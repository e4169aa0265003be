import type { ReactNode } from "react";

/** What stands where content would be: nothing there yet, or nothing to be had. */
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
