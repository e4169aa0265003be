import type { TerminalGeneration } from "@safelight/client/contract";

/** A mounted hook that presents notices of finished generations to the owner. */
export interface NoticePresenter {
  /** From the last committed render. */
  options: {
    readonly onNotice: (generation: TerminalGeneration) => void;
    readonly whileHidden?: boolean | undefined;
  };
  /**
   * Set for system notifications only: whether one can be shown now. While the page is hidden, such a presenter precedes
   * those of the page. If it returns `false` after `onNotice`, nothing was presented.
   */
  readonly canShow?: () => boolean;
}

/** The presenter of the next notice; `undefined` if none can present it now. The first one of each kind is used. */
export function choosePresenter(presenters: Iterable<NoticePresenter>, isHidden: boolean): NoticePresenter | undefined {
  const all = [...presenters];
  return (
    all.find(({ canShow }) => isHidden && canShow?.()) ??
    all.find(({ canShow, options }) => !canShow && (options.whileHidden || !isHidden))
  );
}
