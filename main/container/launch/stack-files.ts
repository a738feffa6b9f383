import { pack } from 'tar-stream'
import { productError } from '../../../shared/errors.ts'
import type { FileUse, StackFile } from '../../definition/compose/stack/stack.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import { configTarget, secretTarget } from './compose-run.ts'

/** Whoever runs in the container may read them, as Compose has it. */
const MODE = 0o444

/**
 * The secrets and configs of a service that are no files of the project as it is today, as a tar for the root of its container; undefined
 * where there are none. Errors: `variable-missing`.
 */
export async function packStackFiles({ service, stack }: ComposedService): Promise<Buffer | undefined> {
  const files = [
    ...service.secrets.map((use) => ({ use, file: stack.secrets[use.source], target: secretTarget(use) })),
    ...service.configs.map((use) => ({ use, file: stack.configs[use.source], target: configTarget(use) })),
  ].filter(({ file }) => file?.kind === 'variable' || file?.kind === 'content' || keptOf(file))
  if (files.length === 0) return undefined
  const tar = pack()
  for (const { use, file, target } of files)
    tar.entry(header(keptOf(file) ? { source: use.source } : use, target), contentOf(use, file))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const header = ({ uid, gid, mode = MODE }: FileUse, target: string) => ({
  name: target.replace(/^\/+/, ''),
  uid: Number(uid ?? 0),
  gid: Number(gid ?? 0),
  mode,
})

/** What stands in for a file that would be mounted as it is, with its owner and mode. */
const keptOf = (file: StackFile | undefined): Buffer | undefined =>
  file?.kind === 'file' ? file.kept : undefined

function contentOf({ source }: FileUse, file: StackFile | undefined): string | Buffer {
  const kept = keptOf(file)
  if (kept) return kept
  if (file?.kind === 'content') return file.content
  if (file?.kind === 'variable' && file.value !== undefined) return file.value
  const name = file?.kind === 'variable' ? file.variable : source
  throw productError('variable-missing', {
    file: `"${source}"`,
    name,
    words: '',
    files: [],
  })
}
