import { fileDownloadInfo } from '@huggingface/hub';
import type { ModelSource } from '../../../contract/descriptor.ts';
import { GessoError } from '../../../contract/errors.ts';
import type { FetchContext } from './context.ts';
import { downloadFile } from './download.ts';

type HttpsSource = Extract<ModelSource, { kind: 'https' }>;
type HubSource = Extract<ModelSource, { kind: 'huggingface' }>;

/**
 * Gets the one file behind an address into `file`, with resume; only bytes of the stated hash are kept.
 * @throws GessoError model/fetch-failed, model/hash-mismatch, output/no-space, job/cancelled
 */
export async function fetchAddress(source: HttpsSource, file: string, context: FetchContext): Promise<void> {
  const { url, sha256, bytes } = source;
  const { signal, onProgress, freeBytes } = context;
  await downloadFile({ url, file, sha256, bytes, signal, onProgress, freeBytes });
}

/**
 * Gets a file of a repository on Hugging Face likewise. HF_ENDPOINT names another hub, as it does for the hub's own
 * programs.
 */
export async function fetchFromHub(source: HubSource, file: string, context: FetchContext): Promise<void> {
  const { repository, revision, files } = source;
  const [path = ''] = files;
  const hub = process.env.HF_ENDPOINT;
  try {
    const info = await fileDownloadInfo({
      repo: { type: 'model', name: repository },
      path,
      revision,
      ...(hub ? { hubUrl: hub } : {}),
    });
    if (!info) throw new Error('there is no such file');
    await fetchAddress({ ...source, kind: 'https', url: info.url, files: [path] }, file, context);
  } catch (thrown) {
    if (thrown instanceof GessoError) throw thrown;
    throw new GessoError(
      'model/fetch-failed',
      `${repository} on Hugging Face did not give ${path}: ${(thrown as Error).message}.`,
      'Check the network and the name of the repository, then try again.',
      thrown,
    );
  }
}
