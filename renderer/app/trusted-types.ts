interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
}

/**
 * The page's policy lets no text become markup. Konva empties its container by setting it to '', which is all that
 * this default rule lets through.
 */
export function allowEmptyMarkup(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', {
    createHTML(text) {
      if (text === '') return text;
      throw new TypeError('Markup is not made from text here; use elements.');
    },
  });
}
