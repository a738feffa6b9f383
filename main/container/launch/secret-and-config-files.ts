import { createHmac } from 'node:crypto'
import { pack } from 'tar-stream'
import { canonical } from '../../../shared/canonical.ts'
import { productError } from '../../../shared/errors.ts'
import { configTarget, secretTarget } from '../../definition/compose/file-targets.ts'
import type { FileUse, StackFile } from '../../definition/compose/stack/stack.ts'
import type { ComposedService } from '../../definition/read-project.ts'

/** Whoever runs in the container may read them, as Compose has it. */
const MODE = 0o444

/**
 * The secrets and configs of a service that are no files of the project as it is today, as a tar for the root of its container; undefined
 * where there are none. Errors: `variable-missing`.
 */
export async function packStackFiles(composed: ComposedService): Promise<Buffer | undefined> {
  const files = writtenFiles(composed)
  if (files.length === 0) return undefined
  const tar = pack()
  for (const { use, file, target } of files) tar.entry(header(use, target), requiredContent(use, file))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/**
 * What would be written into the container of a service, by its place there, as hashes that nobody can guess a secret from
 * without the key. A value that is missing is found when it is written.
 */
export const stackFileHashes = (composed: ComposedService, key: Buffer): Record<string, string> =>
  Object.fromEntries(
    writtenFiles(composed).map(({ use, file, target }) => {
      const content = contentOf(file)
      const text = content === undefined ? null : Buffer.from(content).toString('base64')
      const hash = createHmac('sha256', key).update(canonical([header(use, target), text]))
      return [target, hash.digest('hex').slice(0, 12)]
    }),
  )

/** Whether anything would be written. */
export const hasStackFiles = (composed: ComposedService): boolean => writtenFiles(composed).length > 0

const writtenFiles = ({ service, stack }: ComposedService) =>
  [
    ...service.secrets.map((use) => ({ use, file: stack.secrets[use.source], target: secretTarget(use) })),
    ...service.configs.map((use) => ({ use, file: stack.configs[use.source], target: configTarget(use) })),
  ]
    .filter(({ file }) => file?.kind === 'variable' || file?.kind === 'content' || keptOf(file))
    // What stands in for a file that would be mounted as it is has no owner and no mode either.
    .map(({ use, file, target }) => ({ use: keptOf(file) ? { source: use.source } : use, file, target }))

const header = ({ uid, gid, mode = MODE }: FileUse, target: string) => ({
  name: target.replace(/^\/+/, ''),
  uid: Number(uid ?? 0),
  gid: Number(gid ?? 0),
  mode,
})

const keptOf = (file: StackFile | undefined): Buffer | undefined =>
  file?.kind === 'file' ? file.kept : undefined

function contentOf(file: StackFile | undefined): string | Buffer | undefined {
  if (file?.kind === 'content') return file.content
  return file?.kind === 'variable' ? file.value : keptOf(file)
}

function requiredContent({ source }: FileUse, file: StackFile | undefined): string | Buffer {
  const content = contentOf(file)
  if (content !== undefined) return content
  const name = file?.kind === 'variable' ? file.variable : source
  throw productError('variable-missing', {
    file: `"${source}"`,
    name,
    words: '',
    files: [],
  })
}
