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
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 100 4 2 2 0 000-4z',
  eyeOff: 'M2.5 6.5c1.2 1.6 3.1 3 5.5 3s4.3-1.4 5.5-3M4.5 9L3 11M8 9.5V12M11.5 9L13 11',
  brush: 'M13.5 2.5L7.5 8.5M6 8.2c-1.8 0-2.2 1.6-2.4 2.8-.1.9-.6 1.5-1.6 1.9 2.6.9 6 .3 6-2.6A2 2 0 006 8.2z',
  eraser: 'M6 13L2.5 9.5l6-6L13 8l-5 5zM5.5 6.5L10 11M6 13h7.5',
  lasso:
    'M8 3C4.7 3 2.5 4.6 2.5 6.7s2.2 3.6 5.5 3.6 5.5-1.5 5.5-3.6S11.3 3 8 3zM5 10c-1 .6-1 1.8.2 2.2 1.3.4 1.4 1.3.6 1.8',
  gradient: 'M2.5 3.5h11v9h-11zM5 3.5v9M7 3.5v9M10 3.5v9',
  colour: 'M9.5 4l2.5 2.5M3 13l.7-2.7L9 5l2 2-5.3 5.3zM10 3.5l1.3-1.2a1.6 1.6 0 012.3 2.3L12.5 6',
  invert: 'M2.5 3.5h11v9h-11zM8 3.5v9M8 6h5.5M8 9.5h5.5',
  feather:
    'M8 2.5v1.2M8 12.3v1.2M2.5 8h1.2M12.3 8h1.2M4 4l.9.9M11.1 11.1l.9.9M12 4l-.9.9M4.9 11.1l-.9.9M8 6a2 2 0 100 4 2 2 0 000-4z',
  star: 'M8 2.2l1.8 3.6 4 .6-2.9 2.8.7 4L8 11.3l-3.6 1.9.7-4L2.2 6.4l4-.6z',
  save: 'M8 2.5v7.5M5 7l3 3 3-3M3 13h10',
  dice: 'M3 3h10v10H3zM5.8 5.8h.01M10.2 5.8h.01M8 8h.01M5.8 10.2h.01M10.2 10.2h.01',
  swap: 'M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13',
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
