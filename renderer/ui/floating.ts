/** Menus and tooltips are drawn here, inside the page's main part: outside of it screen readers find no landmark. */
export const floating = document.createElement('div');
floating.className = 'floating';

/** For the `ref` of the element that is to hold them. */
export function holdFloating(element: HTMLElement | null): void {
  element?.append(floating);
}
