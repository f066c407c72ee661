import type { Picture } from '../support/pictures.ts';
import { dice, drawn, lettered, MASTER } from './svg.ts';

/*
 * A scene that reads as a photograph: a sky with a balloon (smooth tones), hills, a tree and grass (texture), wires and
 * a fence (fine lines), and a board with letters. All of it is drawn here; nothing was photographed.
 */

const { width: W, height: H } = MASTER;
const GROUND = 470;

/** @param moved how far the balloon and the tree have come since the first frame, pixels */
export function photographed(moved = 0): Promise<Picture> {
  return drawn(
    [sky(), balloon(700 + moved, 120), hills(), wires(), meadow(), tree(230 + moved), board(), fence()].join(
      '',
    ),
  );
}

const hsl = (hue: number, saturation: number, light: number) =>
  `hsl(${hue.toFixed(0)},${saturation.toFixed(0)}%,${light.toFixed(1)}%)`;

function sky(): string {
  const next = dice(3);
  const clouds = Array.from({ length: 26 }, () => {
    const [x, y] = [next() * W, 60 + next() * 210];
    return `<ellipse cx="${x}" cy="${y}" rx="${50 + next() * 110}" ry="${10 + next() * 24}" fill="#fff" opacity="${0.12 + next() * 0.25}" filter="url(#soft)"/>`;
  });
  return `<defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#5b8fca"/><stop offset=".65" stop-color="#bcd6ea"/><stop offset="1" stop-color="#f0e3cd"/></linearGradient>
    <radialGradient id="skin" cx=".36" cy=".3" r=".75"><stop offset="0" stop-color="#ffe3cc"/><stop offset=".45" stop-color="#efb08c"/><stop offset=".8" stop-color="#c4714f"/><stop offset="1" stop-color="#8e4a37"/></radialGradient>
    <filter id="soft" x="-1" y="-3" width="3" height="7"><feGaussianBlur stdDeviation="14"/></filter>
    <filter id="shade" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="7"/></filter>
  </defs><rect width="${W}" height="${H}" fill="url(#sky)"/>${clouds.join('')}`;
}

function balloon(x: number, y: number): string {
  const seams = [-0.66, -0.3, 0.1, 0.5].map(
    (bend) =>
      `<path d="M${x} ${y - 84}Q${x + 150 * bend} ${y} ${x} ${y + 96}" fill="none" stroke="#7a4030" stroke-opacity=".45" stroke-width="2.5"/>`,
  );
  const ropes = [-22, -7, 8, 22].map(
    (end) =>
      `<path d="M${x + end * 1.2} ${y + 82}L${x + end * 0.6} ${y + 132}" stroke="#3b2f2a" stroke-width="2"/>`,
  );
  return `<path d="M${x} ${y - 84}C${x + 112} ${y - 84} ${x + 100} ${y + 34} ${x + 26} ${y + 92}H${x - 26}C${x - 100} ${y + 34} ${x - 112} ${y - 84} ${x} ${y - 84}Z" fill="url(#skin)"/>
    ${seams.join('')}${ropes.join('')}<rect x="${x - 17}" y="${y + 130}" width="34" height="24" rx="4" fill="#6b4a2c"/>
    <path d="M${x - 17} ${y + 138}H${x + 17}M${x - 17} ${y + 146}H${x + 17}" stroke="#3f2a18" stroke-width="2.4"/>`;
}

function hills(): string {
  const ridge = (seed: number, base: number, rise: number, fill: string) => {
    const next = dice(seed);
    const waves = Array.from({ length: 6 }, (_, at) => ({
      share: rise / (at + 1),
      phase: next() * 7,
      pace: 0.004 * 1.9 ** at,
    }));
    const points: string[] = [];
    for (let x = 0; x <= W; x += 6) {
      const y = waves.reduce((sum, { share, phase, pace }) => sum + share * Math.sin(x * pace + phase), base);
      points.push(`${x} ${y.toFixed(1)}`);
    }
    return `<path d="M0 ${H}L${points.join('L')}L${W} ${H}Z" fill="${fill}"/>`;
  };
  const next = dice(21);
  const trees = Array.from({ length: 420 }, () => {
    const [x, y] = [next() * W, GROUND - 70 + next() * 80];
    return `<ellipse cx="${x}" cy="${y}" rx="${4 + next() * 8}" ry="${5 + next() * 9}" fill="${hsl(120 + next() * 30, 18, 24 + next() * 14)}" opacity=".75"/>`;
  });
  return `${ridge(5, 380, 30, '#8ea6bb')}${ridge(9, 415, 26, '#6c8a86')}${trees.join('')}`;
}

function meadow(): string {
  const next = dice(33);
  const blades = Array.from({ length: 5200 }, (_, at) => {
    const depth = at / 5200;
    const [x, y] = [next() * W, GROUND - 12 + depth * (H - GROUND + 30)];
    const tall = 8 + depth * 26 * (0.5 + next());
    const colour = hsl(70 + next() * 45, 30 + next() * 30, 20 + next() * 26 + (1 - depth) * 8);
    return `<path d="M${x.toFixed(1)} ${y.toFixed(1)}q${((next() - 0.5) * 8).toFixed(1)} ${(-tall / 2).toFixed(1)} ${((next() - 0.4) * 18).toFixed(1)} ${(-tall).toFixed(1)}" stroke="${colour}" stroke-width="${(1 + depth * 1.8).toFixed(1)}" fill="none"/>`;
  });
  const flowers = Array.from({ length: 90 }, () => {
    const [x, y] = [next() * W, GROUND + 20 + next() * (H - GROUND - 10)];
    return `<circle cx="${x}" cy="${y}" r="${2.5 + next() * 3}" fill="${next() < 0.5 ? '#f4e9d8' : '#e2b33c'}"/>`;
  });
  return `<rect y="${GROUND - 8}" width="${W}" height="${H}" fill="#56682f"/>${blades.join('')}${flowers.join('')}`;
}

function tree(x: number): string {
  const next = dice(57);
  const bark = Array.from({ length: 60 }, () => {
    const [at, y] = [x - 26 + next() * 52, 330 + next() * 190];
    return `<path d="M${at} ${y}q${(next() - 0.5) * 8} 14 0 ${20 + next() * 26}" stroke="${hsl(26, 26, 14 + next() * 22)}" stroke-width="${1.5 + next() * 3}" fill="none"/>`;
  });
  const leaves = Array.from({ length: 2600 }, () => {
    const [angle, reach] = [next() * 2 * Math.PI, Math.sqrt(next())];
    const lobe = 1 + 0.14 * Math.sin(angle * 5 + 1) + 0.08 * Math.sin(angle * 11);
    const [dx, dy] = [Math.cos(angle) * reach * 185 * lobe, Math.sin(angle) * reach * 165 * lobe];
    // The sun stands to the upper left.
    const light = 21 - dx * 0.035 - dy * 0.06 + (next() - 0.4) * 20;
    const turn = (next() * 180).toFixed(0);
    return `<ellipse cx="0" cy="0" rx="${(4 + next() * 6).toFixed(1)}" ry="${(2.2 + next() * 2.6).toFixed(1)}" transform="translate(${(x + dx).toFixed(1)} ${(240 + dy).toFixed(1)}) rotate(${turn})" fill="${hsl(82 + next() * 46, 38 + next() * 22, Math.max(7, light))}"/>`;
  });
  return `<ellipse cx="${x + 40}" cy="528" rx="170" ry="22" fill="#1d2a12" opacity=".5" filter="url(#shade)"/>
    <path d="M${x - 30} 540Q${x - 16} 420 ${x - 20} 320H${x + 20}Q${x + 18} 430 ${x + 38} 540Z" fill="#4a3622"/>${bark.join('')}${leaves.join('')}`;
}

function board(): string {
  const next = dice(71);
  const [x, y, width, height] = [520, 340, 330, 130];
  const grain = Array.from({ length: 90 }, () => {
    const at = y + next() * height;
    const from = x + next() * width * 0.7;
    const to = Math.min(x + width, from + 40 + next() * 160);
    return `<path d="M${from.toFixed(1)} ${at.toFixed(1)}Q${((from + to) / 2).toFixed(1)} ${(at + (next() - 0.5) * 5).toFixed(1)} ${to.toFixed(1)} ${at.toFixed(1)}" stroke="#8f6b3f" stroke-opacity="${(0.15 + next() * 0.4).toFixed(2)}" stroke-width="${(0.8 + next() * 1.6).toFixed(1)}" fill="none"/>`;
  });
  const posts = [x + 40, x + width - 66].map(
    (at) =>
      `<rect x="${at}" y="${y - 18}" width="26" height="250" fill="#6d5130"/><path d="M${at + 20} ${y - 18}V${y + 232}" stroke="#4c381f" stroke-width="8"/>`,
  );
  return `${posts.join('')}<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#e3cfa3"/>${grain.join('')}
    <rect x="${x + 6}" y="${y + 6}" width="${width - 12}" height="${height - 12}" rx="4" fill="none" stroke="#6d5130" stroke-width="4"/>
    ${lettered('GESSO', x + 44, y + 26, 56, '#3a2613')}
    ${lettered('SEGOSEGOESGO', x + 44, y + 97, 15, '#5b4022')}`;
}

function wires(): string {
  return [250, 268, 290]
    .map(
      (y, at) =>
        `<path d="M-10 ${y}Q${W * 0.55} ${y + 66 + at * 9} ${W + 10} ${y - 24}" stroke="#2c2f36" stroke-width="2.2" fill="none"/>`,
    )
    .join('');
}

function fence(): string {
  const posts = Array.from({ length: 7 }, (_, at) => {
    const x = 872 + at * 32;
    return `<rect x="${x}" y="${404 + (at % 2) * 4}" width="11" height="150" fill="#8d7c66"/><path d="M${x + 8} 410V552" stroke="#5c4f3f" stroke-width="4"/>`;
  });
  const rails = [430, 452, 474, 496, 518].map(
    (y) => `<path d="M862 ${y}H${W}" stroke="#494037" stroke-width="3"/>`,
  );
  return posts.join('') + rails.join('');
}
