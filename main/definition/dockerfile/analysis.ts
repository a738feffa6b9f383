import { parseImageReference, pinnedByHand } from '../../../shared/image-reference.ts'
import type { ContextSource } from './context-source.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import type { Download, Edit } from './syntax/render.ts'
import type { Statement } from './syntax/split-instructions.ts'

/** A secret that a RUN mounts, by its id; one that is `required` fails the build without it. */
export interface SecretMount {
  id: string
  required: boolean
  line: number
}

/** A RUN that mounts the socket of the person's ssh agent. */
export type AgentMount = Omit<SecretMount, 'id'>

/** What was found while the stages were read, and what has to change in them before they are sent. */
export class Analysis {
  /** The first line of each image without a digest, of each image with one, and of each download. */
  readonly images = new Map<string, number>()
  readonly digests = new Map<string, number>()
  readonly downloads = new Map<string, number>()
  /** The same of each download that has a checksum. */
  readonly checkedDownloads = new Map<string, number>()
  readonly sources: ContextSource[] = []
  readonly secrets: SecretMount[] = []
  readonly agents: AgentMount[] = []
  private readonly edits = new Map<Statement, Map<string, Edit>>()
  private readonly rewrites = new Map<Statement, Download>()

  /** Whether an image needs a pin. */
  useImage(reference: string, line: number): boolean {
    if (reference === 'scratch') return false
    if (!parseImageReference(reference))
      throw new DockerfileProblem(line, `"${reference}" is not the name of an image`)
    const isPinned = pinnedByHand(reference) !== undefined
    const known = isPinned ? this.digests : this.images
    if (!known.has(reference)) known.set(reference, line)
    return !isPinned
  }

  useDownload(url: string, line: number): void {
    if (!this.downloads.has(url)) this.downloads.set(url, line)
  }

  useCheckedDownload(url: string, line: number): void {
    if (!this.checkedDownloads.has(url)) this.checkedDownloads.set(url, line)
  }

  edit(statement: Statement, edit: Edit): void {
    const edits = this.edits.get(statement) ?? new Map<string, Edit>()
    this.edits.set(statement, edits)
    // An ONBUILD is read once for each stage that it runs in.
    const key = `${edit.start} ${edit.what.kind}`
    if (!edits.has(key)) edits.set(key, edit)
  }

  rewrite(statement: Statement, download: Download, line: number): void {
    const known = this.rewrites.get(statement)
    if (known && JSON.stringify(known) !== JSON.stringify(download)) {
      const reason = 'it downloads something else in every stage'
      throw new DockerfileProblem(line, { code: 'definition-unsupported', key: 'ONBUILD ADD', reason })
    }
    this.rewrites.set(statement, download)
  }

  editsOf(statement: Statement): Edit[] {
    return [...(this.edits.get(statement)?.values() ?? [])]
  }

  downloadOf(statement: Statement): Download | undefined {
    return this.rewrites.get(statement)
  }
}
