import type { Architecture } from './architecture.ts';
import { compact } from './compact.ts';
import { dat } from './dat.ts';
import { dcgan } from './dcgan.ts';
import { dncnn } from './dncnn.ts';
import { drunet } from './drunet.ts';
import { esrgan } from './esrgan.ts';
import { fbcnn } from './fbcnn.ts';
import { hat } from './hat.ts';
import { ifnet } from './ifnet.ts';
import { nafnet } from './nafnet.ts';
import { omnisr } from './omnisr.ts';
import { plksr } from './plksr.ts';
import { rcan } from './rcan.ts';
import { realCugan } from './realcugan.ts';
import { restormer } from './restormer.ts';
import { safmn } from './safmn.ts';
import { scunet } from './scunet.ts';
import { span } from './span.ts';
import { swinir } from './swinir.ts';

/** Asked in this order: those with the more telling names first. */
export const ARCHITECTURES: readonly Architecture[] = [
  ifnet,
  realCugan,
  span,
  hat,
  dat,
  swinir,
  omnisr,
  plksr,
  safmn,
  nafnet,
  restormer,
  scunet,
  fbcnn,
  drunet,
  rcan,
  esrgan,
  dncnn,
  compact,
  dcgan,
];
