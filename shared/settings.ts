import { z } from 'zod'
import { EditorId } from './editor.ts'
import { ProjectKey } from './ids.ts'

/** What a person chose, for all projects of this computer. Every field has a default, so that an empty file is valid. */
export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** The engine's address, or `context:` and a Docker context's name, when it is not to be looked for. */
  engine: z.string().max(1000).nullable().default(null),
  /** Where repositories are cloned into, each in a folder of its own; `~` is the person's home. */
  cloneFolder: z.string().min(1).max(4000).default('~/Projects'),
  notifications: z.boolean().default(true),
  tray: z.boolean().default(false),
  updates: z.strictObject({ check: z.boolean(), channel: z.enum(['stable', 'beta']) }).default({
    check: true,
    channel: 'stable',
  }),
  /** Whether registries are asked, once a day, if the images of running environments have moved. */
  baseImages: z.boolean().default(true),
  /** Projects whose reset is not confirmed, as long as it keeps data. */
  resetUnasked: z.array(ProjectKey).default([]),
  /** What **Open** does, by project; `browser` by default where a port is published, else `terminal`. */
  open: z.record(z.string(), z.enum(['browser', 'terminal', ...EditorId.options])).default({}),
})
export type Settings = z.infer<typeof Settings>

export const SettingsChange = z.strictObject({
  theme: Settings.shape.theme.unwrap().optional(),
  engine: Settings.shape.engine.unwrap().optional(),
  cloneFolder: Settings.shape.cloneFolder.unwrap().optional(),
  notifications: z.boolean().optional(),
  tray: z.boolean().optional(),
  updates: Settings.shape.updates.unwrap().optional(),
  baseImages: z.boolean().optional(),
  resetUnasked: Settings.shape.resetUnasked.unwrap().optional(),
  open: Settings.shape.open.unwrap().optional(),
})
export type SettingsChange = z.infer<typeof SettingsChange>
