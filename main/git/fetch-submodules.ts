import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { CloneAddress, withoutCredentials } from '../../shared/git-address.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { cloneFailure } from './clone-failure.ts'
import { type GitOptions, runGit } from './run-git.ts'

/** Submodules of submodules are followed so far. */
const DEEPEST = 8

/** What another try may bring. */
const PASSING = new Set(['git-host-unknown', 'git-unreachable'])

interface Submodule {
  path: string
  url: string
}

/**
 * Fetches the submodules of a working tree and theirs. Each address is one that may be cloned from, or its submodule is
 * left out with a warning. Returns the paths of those that may be fetched later.
 */
export async function fetchSubmodules(
  root: string,
  options: GitOptions,
  run: Run,
  within = '',
  depth = 0,
): Promise<string[]> {
  const inside = { ...options, cwd: path.join(root, within) }
  const later: string[] = []
  for (const submodule of await listSubmodules(inside, within, run)) {
    const name = sanitize(path.posix.join(within, submodule.path))
    const fetched = await fetchOne(submodule, name, inside, run)
    if (fetched === 'later') later.push(name)
    if (fetched !== 'done' || depth >= DEEPEST) continue
    const folder = await realpath(path.join(inside.cwd, submodule.path)).catch(() => '')
    if (!folder.startsWith(`${root}${path.sep}`)) continue
    later.push(...(await fetchSubmodules(root, options, run, path.relative(root, folder), depth + 1)))
  }
  return later
}

/** The submodules that the commit names, with their addresses as git understands them. */
async function listSubmodules(options: GitOptions, within: string, run: Run): Promise<Submodule[]> {
  const entries = async (...args: string[]) => {
    const { stdout } = await runGit(['config', '-z', ...args], options)
    return stdout.split('\0').flatMap((entry) => {
      const [, name, value] = /^submodule\.(.*)\.[a-z]+\n([\s\S]*)$/.exec(entry) ?? []
      return name === undefined || value === undefined ? [] : [{ name, value }]
    })
  }
  const paths = await entries('--blob', 'HEAD:.gitmodules', '--get-regexp', '^submodule\\..*\\.path$')
  if (paths.length === 0) return []
  // It writes the addresses into the working tree's own settings; relative ones are then whole.
  const { code, messages } = await runGit(['submodule', 'init'], options)
  if (code !== 0) {
    const where = within === '' ? '' : ` of ${sanitize(within)}`
    warn(run, `The submodules${where} are not fetched: ${messages.at(-1) ?? 'git refuses them'}`)
    return []
  }
  const urls = await entries('--local', '--get-regexp', '^submodule\\..*\\.url$')
  return paths.flatMap(({ name, value }) => {
    const url = urls.find((one) => one.name === name)?.value
    return url === undefined ? [] : [{ path: value, url }]
  })
}

async function fetchOne(
  { path: folder, url }: Submodule,
  name: string,
  options: GitOptions,
  run: Run,
): Promise<'done' | 'later' | 'never'> {
  if (!CloneAddress.safeParse(url).success) {
    const address = withoutCredentials(sanitize(url)).slice(0, 200)
    warn(run, `The submodule ${name} is not fetched: ${address} is no address to clone from.`)
    return 'never'
  }
  const step = {
    kind: 'step',
    id: `submodule:${name}`,
    name: `Fetch submodule ${name}`,
    phase: 'fetch',
    subject: name,
  } as const
  run.report({ ...step, state: 'running' })
  const result = {
    ...options,
    line: (text: string) => run.report({ kind: 'log', step: step.id, text: `${sanitize(text)}\n` }),
  }
  const { code, messages } = await runGit(
    ['submodule', 'update', '--checkout', '--progress', '--', folder],
    result,
  )
  run.report({ ...step, state: code === 0 ? 'done' : 'failed' })
  if (code === 0) return 'done'
  const { code: reason } = await cloneFailure(url, name, messages)
  // Git tries twice, and reports the reason last.
  const why = messages.findLast((line) => /^fatal: (?!clone of)/.test(line)) ?? messages.at(-1) ?? ''
  warn(run, `The submodule ${name} was not fetched: ${why} Try "git submodule update --init".`)
  return PASSING.has(reason) ? 'later' : 'never'
}

const warn = (run: Run, text: string): void => run.report({ kind: 'warning', text: sanitize(text) })
