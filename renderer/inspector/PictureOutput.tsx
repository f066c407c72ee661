import type { ReactNode } from 'react';
import type { OutputRules } from '../../contract/recipe.ts';
import { Check } from '../ui/Check.tsx';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';
import { ExistingPick } from './ExistingPick.tsx';
import { NameField } from './NameField.tsx';
import { exampleName } from './picture-name.ts';
import { QualityField } from './QualityField.tsx';

const FORMATS: { value: Exclude<OutputRules['format'], 'same'>; text: string }[] = [
  { value: 'png', text: 'PNG' },
  { value: 'jpeg', text: 'JPEG' },
  { value: 'webp', text: 'WebP' },
  { value: 'avif', text: 'AVIF' },
  { value: 'tiff', text: 'TIFF' },
  { value: 'ora', text: 'OpenRaster' },
];
const LOSSLESS: readonly OutputRules['format'][] = ['png', 'tiff', 'ora'];

interface PictureOutputProps {
  output: OutputRules;
  onChange(patch: Partial<OutputRules>): void;
  /** What file names can be made of, and what each comes to. */
  parts: readonly { part: string; label: string; value: string }[];
  /** File name of the source on the canvas. */
  source: string | undefined;
  /** Where results go. */
  children: ReactNode;
}

/** How resulting pictures are stored and called. */
export function PictureOutput({ output, onChange, parts, source, children }: PictureOutputProps) {
  const { format, quality, existing, stripPrivate } = output;
  const values = Object.fromEntries(parts.map(({ part, value }) => [part, value]));
  return (
    <>
      <div className="row fields">
        <Pick
          label={t('restore.format')}
          value={format}
          options={[{ value: 'same', text: t('restore.sameFormat') }, ...FORMATS]}
          onChange={(value) => onChange({ format: value })}
        />
        <QualityField
          value={quality}
          isOff={LOSSLESS.includes(format)}
          onChange={(value) => onChange({ quality: value })}
        />
      </div>
      {format === 'tiff' && (
        <Check isOn={output.layered ?? false} onChange={(isOn) => onChange({ layered: isOn })}>
          {t('restore.layered')}
        </Check>
      )}
      <NameField
        template={output.name}
        parts={parts}
        example={exampleName(output.name, values, format, source ?? '')}
        onChange={(name) => onChange({ name })}
      />
      {children}
      <ExistingPick value={existing} onChange={(value) => onChange({ existing: value })} />
      <Check isOn={stripPrivate} onChange={(isOn) => onChange({ stripPrivate: isOn })}>
        {t('restore.private')}
      </Check>
    </>
  );
}
