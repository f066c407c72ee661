import { config } from 'zod';

// The page's policy forbids `new Function`, which zod would try for speed. Imported before any schema is made.
config({ jitless: true });
