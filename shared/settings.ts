import { z } from 'zod'
import { EditorId } from './editor.ts'
import { ProjectKey } from './ids.ts'

/**
 * A person's dotfiles, as they were fetched last. `source`: a git URL, with `#` and a branch or tag where one was chosen.
 * `install`: a file of theirs, or a shell command, that installs them; null leaves that to what is found there.
 */
export const Dotfiles = z.strictObject({
  source: z.string().min(1).max(2000),
  commit: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  install: z.string().min(1).max(2000).nullable(),
})
export type Dotfiles = z.infer<typeof Dotfiles>

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
  /** Whether commands inside are given the name and e-mail address of the person's git. */
  gitIdentity: z.boolean().default(false),
  /** Projects whose environments are given the person's ssh agent. */
  sshAgent: z.array(ProjectKey).default([]),
  /** What is put into the home folder of each new container. Changed by fetching them. */
  dotfiles: Dotfiles.nullable().default(null),
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
  gitIdentity: z.boolean().optional(),
  sshAgent: Settings.shape.sshAgent.unwrap().optional(),
  open: Settings.shape.open.unwrap().optional(),
})
export type SettingsChange = z.infer<typeof SettingsChange>

/** What a person gives to environments of their own, as it counts for one project. */
export interface PersonalSettings {
  gitIdentity: boolean
  sshAgent: boolean
  dotfiles: Dotfiles | null
}
