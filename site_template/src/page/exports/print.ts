// The printed report: what is folded on the screen is printed.

export function unfoldForPrinting(list: HTMLElement): void {
  const fold = (open: boolean) => (): void => {
    for (const details of list.querySelectorAll<HTMLDetailsElement>("details.more")) details.open = open;
  };
  addEventListener("beforeprint", fold(true));
  addEventListener("afterprint", fold(false));
}
