import { useLayoutEffect, useRef } from 'react';

/*
 * Where the focus goes when what had it is gone. A browser gives it to the page's body then: the next Tab would begin at
 * the top again, and a screen reader would say nothing.
 */

const TABBABLE =
  'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex]:not([tabindex="-1"])';

interface Held {
  element: HTMLElement;
  /** From the inside out: what it lay in, and what came after it there. */
  places: { parent: Element; next: Element | null }[];
}

let held: Held | undefined;

/** Keeps the focus near what had it; returns how to end that. */
export function keepFocus(): () => void {
  const hold = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement) held = { element: target, places: placesOf(target) };
  };
  // A press on nothing takes the focus away on purpose.
  const leave = ({ target }: PointerEvent) => {
    if (target instanceof Element && !target.closest(`${TABBABLE}, [tabindex]`)) held = undefined;
  };
  const observer = new MutationObserver(() => {
    if (held && isLost() && !canHold(held.element)) neighbourOf(held)?.focus();
  });
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['inert', 'disabled', 'hidden'],
  });
  document.addEventListener('focusin', hold);
  document.addEventListener('pointerdown', leave, true);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', hold);
    document.removeEventListener('pointerdown', leave, true);
  };
}

/** Gives the focus back, when something that was opened is closed, to what had it before. */
export function useReturnOfFocus(isOpen: boolean): void {
  const opener = useRef<HTMLElement>(undefined);
  // Before what was opened takes the focus, and after what was closed has lost it.
  useLayoutEffect(() => {
    if (isOpen) {
      opener.current = held?.element;
      return;
    }
    const before = opener.current;
    opener.current = undefined;
    if (!before || !isLost()) return;
    // It may have been made anew meanwhile, with the panel that it is in.
    const to = before.isConnected ? before : document.getElementById(before.id);
    to?.focus();
  }, [isOpen]);
}

function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function canHold(element: HTMLElement): boolean {
  return element.isConnected && element.matches(`${TABBABLE}, [tabindex]`) && element.checkVisibility()
    ? element.closest('[inert]') === null
    : false;
}

function placesOf(element: Element): Held['places'] {
  const places: Held['places'] = [];
  for (let at: Element | null = element; at?.parentElement; at = at.parentElement)
    places.push({ parent: at.parentElement, next: at.nextElementSibling });
  return places;
}

/** In the innermost place that is still there: what comes after it, else what comes last. */
function neighbourOf({ places }: Held): HTMLElement | undefined {
  for (const { parent, next } of places) {
    if (!parent.isConnected) continue;
    const able = [...parent.querySelectorAll<HTMLElement>(TABBABLE)].filter(canHold);
    const after = next?.isConnected
      ? able.find(
          (each) =>
            next.compareDocumentPosition(each) & (FOLLOWS | Node.DOCUMENT_POSITION_CONTAINED_BY) ||
            each === next,
        )
      : undefined;
    const found = after ?? able.at(-1);
    if (found) return found;
  }
  return undefined;
}

const FOLLOWS = Node.DOCUMENT_POSITION_FOLLOWING;
