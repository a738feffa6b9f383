import { scopedSettings } from '../git/config-scopes.ts'
import { runGit } from '../git/run-git.ts'
import type { Project } from '../store/open-project.ts'

/** In milliseconds: git only reads files here. */
const DEADLINE = 5_000
const VARIABLES: Record<string, string[]> = {
  'user.name': ['GIT_AUTHOR_NAME', 'GIT_COMMITTER_NAME'],
  'user.email': ['GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_EMAIL'],
}

/**
 * The variables by which git inside commits as the person: name and address of their own git, as it is set up for this
 * folder (`includeIf`). What the repository sets for itself is left to git inside, which reads it there: a variable would
 * be stronger (git-commit(1), "Commit information").
 * Errors: `git-missing`, `cancelled` after the deadline.
 */
export async function gitIdentity(
  env: Record<string, string | undefined>,
  project: Project,
): Promise<Record<string, string>> {
  const cwd = project.gitRoot ?? project.path
  const signal = AbortSignal.timeout(DEADLINE)
  const { stdout } = await runGit(['config', '-z', '--show-scope', '--get-regexp', '^user\\.(name|email)$'], {
    env,
    cwd,
    signal,
    protocols: [],
    interactive: false,
  })
  const last = new Map<string, { isOwn: boolean; value: string }>()
  for (const { isOwn, setting } of scopedSettings(stdout)) {
    const [name = '', ...value] = setting.split('\n')
    last.set(name, { isOwn, value: value.join(' ') })
  }
  return Object.fromEntries(
    [...last].flatMap(([name, { isOwn, value }]) =>
      isOwn ? (VARIABLES[name] ?? []).map((variable) => [variable, value]) : [],
    ),
  )
}
