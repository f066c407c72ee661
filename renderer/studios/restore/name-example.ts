export const NAME_PARTS = ['name', 'model', 'scale', 'date', 'index'] as const;

export interface ExampleOf {
  /** File name of a source. */
  source: string;
  model: string;
  scale: number;
  index: number;
  date: Date;
}

/** What a part comes to. */
export function partValue(part: (typeof NAME_PARTS)[number], of: ExampleOf): string {
  const two = (n: number) => String(n).padStart(2, '0');
  switch (part) {
    case 'name': {
      const dot = of.source.lastIndexOf('.');
      return dot > 0 ? of.source.slice(0, dot) : of.source;
    }
    case 'model':
      return of.model;
    case 'scale':
      return String(of.scale);
    case 'date':
      return `${of.date.getFullYear()}-${two(of.date.getMonth() + 1)}-${two(of.date.getDate())}`;
    case 'index':
      return String(of.index);
  }
}
