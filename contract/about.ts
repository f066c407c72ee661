import { z } from 'zod';

/** What the program owes to somebody's work inside it; the text is asked for when it is to be read. */
const noticeView = z.object({
  kind: z.enum(['program', 'library', 'model']),
  name: z.string(),
  version: z.string(),
  /** An SPDX expression. */
  licence: z.string(),
});
export type NoticeView = z.infer<typeof noticeView>;

export const aboutView = z.object({
  /** Of what runs now, by name. */
  versions: z.record(z.string(), z.string()),
  notices: z.array(noticeView),
  /** Chromium's own list lies beside the program. */
  hasChromiumNotices: z.boolean(),
});
export type AboutView = z.infer<typeof aboutView>;
