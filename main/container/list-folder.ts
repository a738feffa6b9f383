import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { FileKind } from '../../shared/file.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { byBytes } from '../files/byte-order.ts'
import { kindOfMode } from './kind-of-mode.ts'
import { ENTER_FOLDER, folderError, runRootScript } from './root-script.ts'

/** So many entries of a folder are listed. */
export const MAX_ENTRIES = 5_000

/** An entry of a folder of a container. */
interface ListedFile {
  name: string
  kind: FileKind
  size: number
  /** In seconds since 1970. */
  modified: number
  mode: string
  uid: string
  /** Where a link leads, as it is written there. */
  target: string | null
}

/** A folder of a container, by its real path. */
export interface ListedFolder {
  path: string
  files: ListedFile[]
  /** How many entries it has, listed or not. */
  count: number
}

/**
 * `$1` the folder, `$2` a text that no name contains, `$3` how many entries are listed. Names pass through the shell's own
 * `printf`, so that no list of arguments is too long, and everything ends with that text: names and links may contain
 * whatever a line could end with.
 */
const LIST = `command -v stat >/dev/null && command -v xargs >/dev/null || exit 127
${ENTER_FOLDER}
end=$2 left=$3 all=0
isThere() { [ -e "$1" ] || [ -L "$1" ]; }
count() { ! isThere "$1" || all=$((all + $#)); }
names() {
  isThere "$1" || return 0
  for name; do
    [ "$left" -gt 0 ] || return 0
    left=$((left - 1)); printf '%s\\0' "$name"
  done
}
count ./*; count ./.[!.]*; count ./..?*
printf '%s%s%s%s' "$PWD" "$end" "$all" "$end"
{ names ./*; names ./.[!.]*; names ./..?*; } | xargs -0 -r stat -c "%f %s %Y %u %n$end%N$end" 2>/dev/null
exit 0`

/**
 * Lists a folder of a running container, with what is mounted there. The programs sh, stat and xargs of the container list
 * it, as root: the engine itself lists a folder only with all that is below it. No file is opened.
 * Errors: `path-missing`, `path-not-folder`, `folder-not-listed`; `output-endless`, `engine-unreachable`, `cancelled`.
 */
export async function listFolder(
  engine: Engine,
  container: string,
  path: string,
  signal: AbortSignal,
): Promise<ListedFolder> {
  const end = randomBytes(16).toString('hex')
  const refused = (problem: string) => productError('folder-not-listed', { path, problem })
  const words = [path, end, String(MAX_ENTRIES)]
  const { code, stdout } = await runRootScript(engine, container, LIST, words, refused, signal)
  const listed = code === 0 ? parseFolder(stdout, end) : undefined
  if (listed) return listed
  throw folderError(code, path) ?? refused('Its programs printed something else than a list.')
}

/**
 * Reads what `LIST` printed; undefined if that is something else, or the folder has entries and none can be read. An entry
 * that went away meanwhile is left out, and so is one whose bytes are no text and read as the name of another.
 */
export function parseFolder(text: string, end: string): ListedFolder | undefined {
  const [path, count, ...rest] = text.split(end)
  if (!path?.startsWith('/') || !/^\d+$/.test(count ?? '')) return undefined
  const files = new Map<string, ListedFile>()
  // After the last one comes what is no entry.
  for (let at = 0; at + 2 < rest.length; at += 2) {
    const [, bits = '', size, modified, uid = '', name = ''] =
      /^\n?([0-9a-f]+) (\d+) (-?\d+) (\d+) \.\/([^/]+)$/.exec(rest[at] ?? '') ?? []
    if (name === '') continue
    const mode = Number.parseInt(bits, 16)
    const kind = kindOfMode(mode)
    const target = kind === 'link' ? targetOf(`./${name}`, rest[at + 1] ?? '') : null
    files.set(name, {
      ...{ name, kind, size: Number(size), modified: Number(modified), uid, target },
      mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    })
  }
  if (Number(count) > 0 && files.size === 0) return undefined
  return { path, count: Number(count), files: [...files.values()].sort((a, b) => byBytes(a.name, b.name)) }
}

/** GNU writes `./a -> b`, busybox `'./a' -> 'b'`. */
function targetOf(name: string, shown: string): string | null {
  const plain = `${name} -> `
  if (shown.startsWith(plain)) return shown.slice(plain.length)
  const quoted = `'${name}' -> '`
  return shown.startsWith(quoted) ? shown.slice(quoted.length, -1) : null
}
