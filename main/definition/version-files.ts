import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod/mini'
import type { Definition } from '../../shared/definition.ts'
import { isSystemError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { InputFile } from '../../shared/plan.ts'
import { statInside } from '../files/open-inside.ts'
import { gitRootOf, type ProjectPaths, pathInGitRoot } from '../files/project-paths.ts'
import { smallContent } from '../files/small-text.ts'
import { contentWithHash, LONGEST_TEXT } from '../git/line-endings.ts'
import { openWorkingTree, type WorkingTree } from '../git/working-tree.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** Links that lead to links; more of them are a circle. */
const MOST_LINKS = 40

/**
 * Raised whenever other files than before are found that hooks read (inputs/hook-inputs.ts, inputs/tool-files.ts): what is known
 * of older versions is by older rules.
 */
const HOOK_RULES = 4

/**
 * How a version was read, which its plan does not say: `absent` are the files that would have been read and were not there,
 * from the project's folder; `rules` are those by which the files of its hooks were found, `globs` and `texts` what its
 * definition says of its inputs.
 */
const Reading = z.object({
  absent: z.array(z.string()),
  rules: z.number(),
  globs: z._default(z.array(z.string()), []),
  texts: z._default(z.array(z.string()), []),
})

/** What a definition says of inputs: its own globs, and the files that are its texts, from the project's folder. */
export interface SaidOfInputs {
  globs: string[]
  texts: string[]
}

/** What a definition says of inputs. */
export const saidOfInputs = ({ file, inputs, services, stack }: Definition): SaidOfInputs => ({
  globs: inputs,
  texts: [
    file,
    ...services.flatMap(({ source }) => (source.kind === 'build' ? [source.dockerfile] : [])),
    ...(stack?.files ?? []),
  ],
})

/** Stores how the version of a definition was read, by the rules of today. Errors: `storage-failed`. */
export const storeReading = (home: Home, id: VersionId, definition: Definition): Promise<void> => {
  const absent = definition.stack?.absent ?? []
  const reading: z.infer<typeof Reading> = { absent, rules: HOOK_RULES, ...saidOfInputs(definition) }
  return writeFileWhole(readingFile(home, id), JSON.stringify(reading))
}

/** How a version was read. What cannot be read is as what an older Pristine did not record: nothing is known. */
function readingOf(home: Home, id: VersionId): z.infer<typeof Reading> {
  try {
    return Reading.parse(JSON.parse(keptContent(readingFile(home, id))?.toString('utf8') ?? ''))
  } catch {
    return { absent: [], rules: 0, globs: [], texts: [] }
  }
}

/**
 * What the definition of a version said of inputs, if they were found by the rules of today: then a file that would be an
 * input today, and is none of the version's, came after it. By other rules it may only have been overlooked: undefined.
 */
export function foundAsToday(home: Home, id: VersionId): SaidOfInputs | undefined {
  const { rules, ...said } = readingOf(home, id)
  return rules === HOOK_RULES ? said : undefined
}

const readingFile = (home: Home, id: VersionId): string => path.join(home.version(id), 'reading.json')

/** The files of a version that lie in the checkout, as the version has them. */
export class VersionFiles {
  /** Those that were asked for and are only known as they are today. */
  readonly today = new Set<string>()
  private readonly home: Home
  private readonly project: ProjectPaths
  private readonly inputs: ReadonlyMap<string, InputFile>
  /** Those that the version was read without. */
  private readonly absent: ReadonlySet<string>
  /** What git tracks today. */
  private readonly tree: WorkingTree | undefined

  private constructor(
    { home, project }: { home: Home; project: ProjectPaths },
    inputs: readonly InputFile[],
    absent: ReadonlySet<string>,
    tree: WorkingTree | undefined,
  ) {
    this.home = home
    this.project = project
    this.inputs = new Map(inputs.map((input) => [input[0], input]))
    this.absent = absent
    this.tree = tree
  }

  /** `known`: what git tracks today, if that was read already. */
  static async open(
    { home, env }: { home: Home; env: Readonly<Record<string, string | undefined>> },
    project: ProjectPaths,
    id: VersionId,
    inputs: readonly InputFile[],
    known?: { tree: WorkingTree | undefined },
  ): Promise<VersionFiles> {
    const absent = new Set(readingOf(home, id).absent)
    if (known || absent.size === 0) return new VersionFiles({ home, project }, inputs, absent, known?.tree)
    const tree = await openWorkingTree(gitRootOf(project), env)
    return new VersionFiles({ home, project }, inputs, absent, typeof tree === 'string' ? undefined : tree)
  }

  /**
   * The content of a file where the checkout has another one today, `absent` where the version has none; undefined where
   * today's is meant, because it is the same, no input of the version, or not kept. `file`: from the project's folder.
   */
  kept(file: string): Buffer | 'absent' | undefined {
    const name = path.posix.normalize(file)
    const input = this.inputOf(name)
    const inRoot = path.posix.join(pathInGitRoot(this.project), input?.[0] ?? name)
    if (!input) {
      // One that git does not track is the person's own, and for every version.
      if (this.absent.has(name) && this.tree?.has(inRoot)) return 'absent'
      if (isFile(gitRootOf(this.project), inRoot)) this.today.add(name)
      return undefined
    }
    const [, , sha256] = input
    const kept = keptContent(path.join(this.home.blobs, sha256))
    const content = kept && contentWithHash(kept, sha256)
    // With CRLF line ends it has at most twice as many bytes.
    const most = content ? 2 * content.length : LONGEST_TEXT
    const today = smallContent(gitRootOf(this.project), inRoot, most)
    if (today && contentWithHash(today, sha256)) return undefined
    if (!content) this.today.add(name)
    return content
  }

  /** The regular file that is an input under a name, or that a link of that name leads to. */
  private inputOf(name: string): InputFile | undefined {
    let input = this.inputs.get(name)
    for (let links = 0; input && links < MOST_LINKS; links++) {
      const [link, , content] = input
      if (/^[0-9a-f]{64}$/.test(content)) return input
      if (!content.startsWith('-> ')) return undefined
      input = this.inputs.get(path.posix.join(path.posix.dirname(link), content.slice(3)))
    }
    return undefined
  }
}

function isFile(root: string, name: string): boolean {
  try {
    return statInside(root, name)?.kind === 'file'
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

function keptContent(blob: string): Buffer | undefined {
  try {
    return readFileSync(blob)
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
