import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { Component, type ReactNode, Suspense } from "react";

interface BoundaryProps {
  readonly children: ReactNode;
  readonly onReset: () => void;
}

class ErrorBoundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    // The client throws only errors with a code.
    const error = this.state.error as { readonly code?: string } | null;
    if (error === null) return this.props.children;
    const again = () => {
      this.props.onReset();
      this.setState({ error: null });
    };
    return (
      <button type="button" onClick={again}>
        {error.code}
      </button>
    );
  }
}

/** A boundary around a component that suspends. It shows `waiting`, or a retry button with the code of the error. */
export function Boundary({ children }: { readonly children: ReactNode }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary onReset={reset}>
          <Suspense fallback="waiting">{children}</Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}
