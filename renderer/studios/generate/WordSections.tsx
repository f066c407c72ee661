import { useStudio } from '../../app/store.ts';
import { BeginSection } from './BeginSection.tsx';
import { ModelSection } from './ModelSection.tsx';
import { MoreSection } from './MoreSection.tsx';
import { PromptSection } from './PromptSection.tsx';
import { SamplingSection } from './SamplingSection.tsx';

/** What a picture of words is made by. Without a model there is nothing to set yet but what is wanted. */
export function WordSections() {
  const hasModel = useStudio(({ bundles }) => bundles.length > 0);
  return (
    <>
      <ModelSection />
      <PromptSection />
      <BeginSection />
      <SamplingSection />
      {hasModel && <MoreSection />}
    </>
  );
}
