const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  wait: 'M4 8h.01M8 8h.01M12 8h.01',
  fail: 'M8 4v5M8 12h.01',
  stop: 'M5 5l6 6M11 5l-6 6',
  skip: 'M4 8h8',
  split: 'M2.5 3.5h11v9h-11zM8 2v12',
  stack: 'M2.5 3.5h11v9h-11zM1.5 8h13',
  side: 'M2 4.5h5v7H2zM9 4.5h5v7H9z',
  difference: 'M6 3.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10 3.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9z',
  lens: 'M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.3 10.3L14 14',
  back: 'M10 3.5L5.5 8l4.5 4.5',
  next: 'M6 3.5L10.5 8 6 12.5',
  reset: 'M3.5 8.5a4.5 4.5 0 101.4-3.6M3.5 2.5v3h3',
  plus: 'M8 3.5v9M3.5 8h9',
  up: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  later: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
  down: 'M4.5 6.5L8 10l3.5-3.5',
  right: 'M6.5 4.5L10 8l-3.5 3.5',
  first: 'M3.5 3h9M8 13V6.5M5 9l3-3 3 3',
  folder: 'M2.5 12.5v-9h4l1.5 2h5.5v7z',
  picture: 'M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 3 3 2-2 2.5 2.5',
  adjust: 'M2.5 5h6M11.5 5h2M10 3.3v3.4M2.5 11h2M7.5 11h6M6 9.3v3.4',
  play: 'M4.5 3.5L12.5 8l-8 4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  frameBack: 'M11.5 4L6.5 8l5 4zM4 4v8',
  frameOn: 'M4.5 4l5 4-5 4zM12 4v8',
  cutBefore: 'M13.5 4L9 8l4.5 4zM9 4L4.5 8 9 12zM2.5 4v8',
  cutAfter: 'M2.5 4L7 8l-4.5 4zM7 4l4.5 4L7 12zM13.5 4v8',
  cut: 'M8 3.5L12.5 8 8 12.5 3.5 8zM8 1v2.5M8 12.5V15',
  loop: 'M3 8V7a2.5 2.5 0 012.5-2.5h7M10.5 2.5l2 2-2 2M13 8v1a2.5 2.5 0 01-2.5 2.5h-7M5.5 9.5l-2 2 2 2',
  in: 'M9.5 3h-4v10h4M8 8h5.5',
  out: 'M6.5 3h4v10h-4M8 8H2.5',
  whole: 'M5 3H2.5v10H5M11 3h2.5v10H11M5 8h6',
  flicker: 'M2.5 3.5h7.5v6H2.5zM6 9.5v3h7.5v-6H10',
  flow: 'M2.5 5h8M8 2.5L10.5 5 8 7.5M5.5 11h8M11 8.5l2.5 2.5-2.5 2.5',
  graph: 'M2.5 3v2.5M8 3v2.5M13.5 3v2.5M2.5 13v-2.5M6.2 13v-2.5M9.8 13v-2.5M13.5 13v-2.5M6.2 10L8 6',
  save: 'M8 2.5v7.5M5 7l3 3 3-3M3 13h10',
  theme:
    'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM8 4.2v7.6M8 4.2a3.8 3.8 0 010 7.6M9.3 4.6v6.8M10.6 5.4v5.2',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing of 16 px; decoration, beside a word or a label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
