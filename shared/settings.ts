import * as z from 'zod/mini'
import { EditorId } from './editor.ts'
import { ProjectKey } from './ids.ts'

/**
 * A person's dotfiles, as they were fetched last. `source`: a git URL, with `#` and a branch or tag where one was chosen.
 * `install`: a file of theirs, or a shell command, that installs them; null leaves that to what is found there.
 */
export const Dotfiles = z.strictObject({
  source: z.string().check(z.minLength(1), z.maxLength(2000)),
  commit: z.string().check(z.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)),
  install: z.nullable(z.string().check(z.minLength(1), z.maxLength(2000))),
})
export type Dotfiles = z.infer<typeof Dotfiles>

/** What a person chose, for all projects of this computer. Every field has a default, so that an empty file is valid. */
export const Settings = z.strictObject({
  theme: z._default(z.enum(['system', 'light', 'dark']), 'system'),
  /** The engine's address, or `context:` and a Docker context's name, when it is not to be looked for. */
  engine: z._default(z.nullable(z.string().check(z.maxLength(1000))), null),
  /** Where repositories are cloned into, each in a folder of its own; `~` is the person's home. */
  cloneFolder: z._default(z.string().check(z.minLength(1), z.maxLength(4000)), '~/Projects'),
  notifications: z._default(z.boolean(), true),
  tray: z._default(z.boolean(), false),
  updates: z._default(z.strictObject({ check: z.boolean(), channel: z.enum(['stable', 'beta']) }), {
    check: true,
    channel: 'stable',
  }),
  /** Whether registries are asked, once a day, if the images of running environments have moved. */
  baseImages: z._default(z.boolean(), true),
  /** Projects whose reset is not confirmed, as long as it keeps data. */
  resetUnasked: z._default(z.array(ProjectKey), []),
  /** Whether commands inside are given the name and e-mail address of the person's git. */
  gitIdentity: z._default(z.boolean(), false),
  /** Projects whose environments are given the person's ssh agent. */
  sshAgent: z._default(z.array(ProjectKey), []),
  /** What is put into the home folder of each new container. Changed by fetching them. */
  dotfiles: z._default(z.nullable(Dotfiles), null),
  /** What **Open** does, by project; `browser` by default where a port is published, else `terminal`. */
  open: z._default(z.record(z.string(), z.enum(['browser', 'terminal', ...EditorId.options])), {}),
})
export type Settings = z.infer<typeof Settings>

export const SettingsChange = z.strictObject({
  theme: z.optional(Settings.shape.theme.def.innerType),
  engine: z.optional(Settings.shape.engine.def.innerType),
  cloneFolder: z.optional(Settings.shape.cloneFolder.def.innerType),
  notifications: z.optional(z.boolean()),
  tray: z.optional(z.boolean()),
  updates: z.optional(Settings.shape.updates.def.innerType),
  baseImages: z.optional(z.boolean()),
  resetUnasked: z.optional(Settings.shape.resetUnasked.def.innerType),
  gitIdentity: z.optional(z.boolean()),
  sshAgent: z.optional(Settings.shape.sshAgent.def.innerType),
  open: z.optional(Settings.shape.open.def.innerType),
})
export type SettingsChange = z.infer<typeof SettingsChange>

/** What a person gives to environments of their own, as it counts for one project. */
export interface PersonalSettings {
  gitIdentity: boolean
  sshAgent: boolean
  dotfiles: Dotfiles | null
}
