import { z } from 'zod';

/** What the page knows a source, a folder, a job or a picture of the shelf by. */
export const opaqueId = z.uuid();
