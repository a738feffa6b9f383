import type { HookName } from '../../../shared/definition.ts'

/** The hooks that create content, and so belong to the version. */
export const CONTENT_HOOKS: readonly HookName[] = ['onCreateCommand', 'updateContentCommand']

/** The hooks whose work lasts as long as the image or the container: what they read is part of the version. */
export const LASTING_HOOKS = ['onCreateCommand', 'updateContentCommand', 'postCreateCommand'] as const

export const isContentHook = (hook: HookName): boolean => CONTENT_HOOKS.includes(hook)

/** The hooks to bake, of a definition's hooks or of those that a launch combines. */
export const contentHooks = (hooks: Partial<Record<HookName, object | string>>): HookName[] =>
  CONTENT_HOOKS.filter((hook) => Object.keys(hooks[hook] ?? {}).length > 0)

export const hasContentHooks = (hooks: Partial<Record<HookName, object | string>>): boolean =>
  contentHooks(hooks).length > 0
