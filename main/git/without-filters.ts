import { queryGit } from './query-git.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What a filter is, of which git runs the first three (gitattributes(5)). */
const PARTS = ['clean', 'smudge', 'process', 'required']

/**
 * Variables with which git runs no filter that the settings of a repository name: code in an environment can write
 * those. Filters of the person's own settings, such as Git LFS, stay. `env` is the environment that they are added to
 * (GIT_CONFIG_COUNT in git-config(1)).
 */
export async function withoutFilters(folder: string, env: Env): Promise<Record<string, string>> {
  const args = ['config', '--null', '--show-scope', '--name-only', '--get-regexp', String.raw`^filter\..*\.`]
  const listed = (await queryGit(folder, args, env))?.split('\0') ?? []
  const drivers = new Set<string>()
  for (let at = 0; at + 1 < listed.length; at += 2) {
    const driver = /^filter\.(.*)\.[^.]*$/s.exec(listed[at + 1] ?? '')?.[1]
    if (driver !== undefined && (listed[at] === 'local' || listed[at] === 'worktree')) drivers.add(driver)
  }
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0
  const settings = [...drivers].flatMap((driver) => PARTS.map((part) => `filter.${driver}.${part}`))
  if (settings.length === 0) return {}
  const variables = settings.flatMap((key, at) => [
    [`GIT_CONFIG_KEY_${before + at}`, key],
    [`GIT_CONFIG_VALUE_${before + at}`, key.endsWith('.required') ? 'false' : ''],
  ])
  return { ...Object.fromEntries(variables), GIT_CONFIG_COUNT: String(before + settings.length) }
}
