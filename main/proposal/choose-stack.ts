import type { Draft } from './draft/draft.ts'
import type { ProjectReader } from './draft/project-reader.ts'
import { cpp } from './toolchains/cpp.ts'
import { dotnet } from './toolchains/dotnet.ts'
import { go } from './toolchains/go.ts'
import { java } from './toolchains/java.ts'
import { node } from './toolchains/node.ts'
import { php } from './toolchains/php.ts'
import { python } from './toolchains/python.ts'
import { ruby } from './toolchains/ruby.ts'
import { rust } from './toolchains/rust.ts'

/** Every stack that is recognised, with what its source files are called. Of equals the first is taken. */
const STACKS: { recognise(look: ProjectReader): Promise<Draft | undefined>; sources: RegExp }[] = [
  { recognise: python, sources: /\.py$/ },
  { recognise: go, sources: /\.go$/ },
  { recognise: rust, sources: /\.rs$/ },
  { recognise: java, sources: /\.(?:java|kt|kts|groovy|scala)$/ },
  { recognise: dotnet, sources: /\.(?:cs|fs|vb)$/ },
  { recognise: ruby, sources: /\.(?:rb|erb)$/ },
  { recognise: php, sources: /\.php$/ },
  { recognise: node, sources: /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/ },
  { recognise: cpp, sources: /\.(?:c|cc|cpp|cxx|h|hh|hpp)$/ },
]

interface Candidate {
  draft: Draft
  /** How many source files of it there are. */
  sources: number
  /** What looking closer noted. */
  look: ProjectReader
}

export interface Choice {
  draft: Draft
  /** Why this one, where there are several. */
  reason: string | null
}

/**
 * Chooses the stack that is proposed for: one that the folder itself shows comes before those of folders in it, and of
 * several the one with the most source files; what lies two folders down counts where nothing else does. The others are named in a warning; undefined when there is none.
 */
export async function chooseStack(look: ProjectReader): Promise<Choice | undefined> {
  const here = await candidates(look)
  let below = await inFolders(look, 1)
  if (here.length + below.length === 0) below = await inFolders(look, 2)
  const [chosen, ...others] = [...bySources(here), ...bySources(below)]
  if (!chosen) return undefined
  // What looking at the others noted does not concern what is proposed.
  look.adopt(chosen.look)
  if (others.length === 0) return { draft: chosen.draft, reason: null }
  for (const { draft } of others) {
    if (draft.stack === chosen.draft.stack) continue
    look.warn(`${draft.stack} (${draft.from}) is not part of this: an image is made for one of them.`)
  }
  const same = others.filter(({ draft }) => draft.stack === chosen.draft.stack).map(({ draft }) => draft.from)
  if (same.length > 0) {
    look.warn(`Only ${chosen.draft.from} is looked at closer; not ${named(same)}.`)
  }
  return { draft: chosen.draft, reason: whyThis(chosen, others, here.length > 0) }
}

const inFolders = async (look: ProjectReader, depth: number): Promise<Candidate[]> =>
  (await Promise.all(look.folders(depth).map((folder) => candidates(look.inside(folder))))).flat()

async function candidates(look: ProjectReader): Promise<Candidate[]> {
  const found = await Promise.all(
    STACKS.map(async ({ recognise, sources }) => {
      const closer = look.apart()
      const draft = await recognise(closer)
      return draft ? [{ draft, sources: look.matching(sources).length, look: closer }] : []
    }),
  )
  return found.flat()
}

const bySources = (found: Candidate[]): Candidate[] => [...found].sort((a, b) => b.sources - a.sources)

function whyThis({ draft, sources }: Candidate, others: Candidate[], isHere: boolean): string {
  const [next] = others
  if (isHere && next?.draft.from.includes('/')) {
    return `${draft.from} stands in the project's own folder; ${named(others.map((one) => one.draft.from))} further down.`
  }
  const than = others.map((one) => `${one.sources} of ${one.draft.stack} (${one.draft.from})`)
  return `It has the most source files: ${sources} of ${draft.stack} (${draft.from}), ${named(than)}.`
}

const named = (names: string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')
