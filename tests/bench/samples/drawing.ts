import type { Picture } from '../support/pictures.ts';
import { drawn, lettered, MASTER } from './svg.ts';

/*
 * A scene that reads as a frame of animation: flat colours, ink lines of one width, two tones of shadow.
 */

const INK = '#231a2b';
const { width: W, height: H } = MASTER;

const line = (d: string, width = 7, fill = 'none') =>
  `<path d="${d}" fill="${fill}" stroke="${INK}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`;
const flat = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;

export function inked(): Promise<Picture> {
  return drawn(
    [behind(), hairBehind(), body(), face(), eye(436), eye(620), features(), hair(), sign()].join(''),
  );
}

function behind(): string {
  const clouds = `M0 250Q60 190 130 220Q170 150 260 190Q300 130 330 250Z`;
  const rays = [0, 1, 2, 3, 4, 5, 6].map((at) =>
    flat(`M${W} 0L${at * 150 - 80} ${H}L${at * 150 - 10} ${H}Z`, '#8fd0ee'),
  );
  return `<rect width="${W}" height="${H}" fill="#7cc3e8"/>${rays.join('')}${line(clouds, 5, '#f6fbff')}`;
}

function hairBehind(): string {
  return line('M300 330Q270 80 528 66Q790 80 760 330Q790 520 730 610L330 610Q270 520 300 330Z', 7, '#6a3550');
}

function body(): string {
  const blouse = 'M230 690Q250 590 400 570L528 640L660 570Q810 590 830 690Z';
  const neck = 'M468 520L462 590Q528 650 596 590L590 520Z';
  return [
    line(blouse, 7, '#f2f0f6'),
    flat('M250 690Q268 610 380 585L430 690Z', '#cfcbe0'),
    line(neck, 6, '#f8cfae'),
    flat('M472 548Q528 590 588 548L588 522L470 522Z', '#dfa184'),
    line('M400 572L470 668L528 634L590 668L660 572', 7, '#d9475a'),
  ].join('');
}

function face(): string {
  const shape =
    'M350 300Q346 430 400 494Q462 552 528 556Q596 552 658 494Q710 430 706 300Q690 170 528 166Q366 170 350 300Z';
  return [
    line(shape, 7, '#fbdcc0'),
    flat(
      'M356 290Q372 240 430 226L640 226Q690 244 700 292L700 250Q660 180 528 178Q380 182 356 290Z',
      '#e6ae8e',
    ),
    flat('M662 330Q668 440 610 512Q690 456 700 330Z', '#efc09f'),
    '<ellipse cx="412" cy="446" rx="34" ry="17" fill="#f4a99b"/><ellipse cx="644" cy="446" rx="34" ry="17" fill="#f4a99b"/>',
    ...[398, 414, 630, 646].map((x) => line(`M${x} 452l8 -14`, 3)),
  ].join('');
}

function eye(x: number): string {
  return [
    flat(
      `M${x - 46} 374Q${x} 300 ${x + 46} 374Q${x + 36} 430 ${x} 432Q${x - 36} 430 ${x - 46} 374Z`,
      '#ffffff',
    ),
    `<ellipse cx="${x}" cy="378" rx="31" ry="46" fill="#2e6f8f"/><ellipse cx="${x}" cy="396" rx="24" ry="26" fill="#58b7c9"/>`,
    `<ellipse cx="${x}" cy="374" rx="13" ry="20" fill="${INK}"/>`,
    `<circle cx="${x - 12}" cy="352" r="11" fill="#ffffff"/><circle cx="${x + 13}" cy="402" r="6" fill="#ffffff"/>`,
    line(`M${x - 52} 376Q${x - 34} 322 ${x} 320Q${x + 34} 322 ${x + 52} 376`, 13),
    line(`M${x - 26} 434Q${x} 442 ${x + 26} 434`, 4),
    line(`M${x - 52} 374l-14 -8M${x + 52} 374l14 -8`, 6),
  ].join('');
}

function features(): string {
  return [
    line('M392 282Q432 258 474 276', 6),
    line('M582 276Q624 258 664 282', 6),
    line('M524 436L532 446', 5),
    line('M496 484Q528 508 562 484Q552 524 528 524Q504 522 496 484Z', 5, '#b8414d'),
    flat('M508 508Q528 500 548 508Q542 522 528 522Q514 522 508 508Z', '#ef8f8f'),
  ].join('');
}

function hair(): string {
  const fringe =
    'M336 366Q318 150 528 108Q740 150 722 366Q716 300 686 262Q690 300 672 322Q662 258 624 224Q620 286 586 310Q584 250 556 216Q540 280 492 312Q500 256 486 226Q448 258 438 318Q414 290 414 252Q370 290 336 366Z';
  const strands = [
    'M528 112Q470 150 452 214',
    'M532 112Q590 150 610 206',
    'M410 178Q372 210 358 270',
    'M650 178Q690 216 700 262',
  ];
  return [
    line(fringe, 7, '#8d4a68'),
    flat('M400 190Q460 142 540 150Q620 152 668 196Q610 172 540 174Q460 172 400 190Z', '#d38aa6'),
    ...strands.map((strand) => line(strand, 4)),
    line('M664 150l58 -46l12 62l-40 16Z', 6, '#f2c744'),
    line('M664 150l-26 -60l60 4l10 30Z', 6, '#e0a92e'),
  ].join('');
}

function sign(): string {
  return `${line('M820 96H1010V196H900L866 234L870 196H820Z', 6, '#ffffff')}${lettered('GESSO', 840, 128, 34, INK)}`;
}
