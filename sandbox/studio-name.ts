import { z } from 'zod';

/** The studios of the sandbox. */
export const studioName = z.enum(['acme', 'nordlicht']);
export type StudioName = z.infer<typeof studioName>;
