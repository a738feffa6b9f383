import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { InputFile, Plan } from '../../../shared/plan.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import { loadPlan } from '../../plan/plan-store.ts'
import type { Home } from '../../store/home.ts'
import type { Project } from '../../store/open-project.ts'

/** One text of the definition in two versions; null if a version does not have it, or no longer has it here. */
export interface TextPair {
  file: string
  from: string | null
  to: string | null
}

/** At most this many texts are returned. */
const MAX = 50
/** In bytes: larger texts are not compared line by line. */
const LARGEST = 1024 * 1024

/**
 * The definition's texts that differ between two versions: Dockerfiles, run configurations, and the small inputs that
 * are kept with a recipe. Anything but text is omitted.
 * Errors: `version-unknown`, `version-none`.
 */
export async function differingTexts(
  host: Host,
  project: Project,
  from: string,
  to: string,
): Promise<TextPair[]> {
  const history = await readHistory(host, project)
  const [before, after] = await Promise.all(
    [from, to].map(async (name) =>
      textsOf(await loadPlan(host.home, chooseVersion(project, history, name).id)),
    ),
  )
  const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort()
  const differing = names.filter((name) => before?.get(name)?.id !== after?.get(name)?.id)
  const pairs = await Promise.all(
    differing.slice(0, MAX).map(async (file) => ({
      file,
      from: (await before?.get(file)?.read(host.home)) ?? null,
      to: (await after?.get(file)?.read(host.home)) ?? null,
    })),
  )
  return pairs.filter((pair) => pair.from !== null || pair.to !== null)
}

/** A text: its identity, and how to read it. */
interface Text {
  id: string
  read(home: Home): Promise<string | null>
}

function textsOf(plan: Plan | undefined): Map<string, Text> {
  const texts = new Map<string, Text>()
  const known = (name: string, text: string) => texts.set(name, { id: text, read: async () => text })
  for (const { name, dockerfile, run, compose, context, files } of plan?.services ?? []) {
    const prefix = (plan?.services.length ?? 0) > 1 ? `${name}: ` : ''
    known(`${prefix}Dockerfile`, dockerfile)
    known(`${prefix}run configuration`, jsonText(run))
    if (compose) known(`${prefix}Compose settings`, jsonText(compose))
    for (const file of files) texts.set(path.posix.join(context, file[0]), kept(file))
  }
  if (plan?.stack) known('networks and volumes', jsonText(plan.stack))
  for (const file of plan?.inputs ?? []) texts.set(file[0], kept(file))
  return texts
}

const jsonText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

const kept = ([, , content]: InputFile): Text => ({
  id: content,
  read: async (home) => {
    if (!/^[0-9a-f]{64}$/.test(content)) return null
    const file = path.join(home.blobs, content)
    const stats = await stat(file).catch(() => undefined)
    if (!stats || stats.size > LARGEST) return null
    const bytes = await readFile(file).catch(() => undefined)
    if (!bytes || bytes.includes(0)) return null
    return bytes.toString('utf8')
  },
})
