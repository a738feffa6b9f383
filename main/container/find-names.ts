import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { FileKind, SearchEnd } from '../../shared/file.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { byBytes } from '../files/byte-order.ts'
import { kindOfMode } from './kind-of-mode.ts'
import { ENTER_FOLDER, folderError, streamRootScript } from './root-script.ts'

/** So many entries are found at most. */
export const MAX_FOUND = 500
/** In milliseconds: how long a search takes at most. */
const SEARCH_TIME = 10_000

/** An entry somewhere below a folder of a container, by its real path. */
interface FoundName {
  path: string
  kind: FileKind
}

/** What a search found below a folder, by its real path, and how it ended. */
export interface FoundNames {
  path: string
  found: FoundName[]
  ended: SearchEnd
}

/**
 * `$1` the folder, `$2` a text that no name contains, `$3` the pattern. Each find is printed at once: nothing of it waits in a
 * buffer when the search is ended. What the kernel shows is left out.
 */
const FIND = `command -v find >/dev/null && command -v stat >/dev/null || exit 127
${ENTER_FOLDER}
printf '%s%s\\n' "$PWD" "$2"
set -- "$2" "$3"
if [ "$PWD" = / ]; then
  exec find . \\( -path ./proc -o -path ./sys -o -path ./dev \\) -prune -o -iname "$2" -exec stat -c "%f %n$1" {} \\; 2>/dev/null
fi
exec find . -iname "$2" -exec stat -c "%f %n$1" {} \\; 2>/dev/null`

/**
 * Finds what has a text in its name, anywhere below a folder of a running container, with what is mounted there. Letters of
 * ASCII count as their other case. The programs sh, find and stat of the container find it, as root; no link is followed and no
 * file is opened.
 * Errors: `path-missing`, `path-not-folder`, `folder-not-listed`; `engine-unreachable`, `cancelled`.
 */
export async function findNames(
  engine: Engine,
  container: string,
  { path, name }: { path: string; name: string },
  signal: AbortSignal,
): Promise<FoundNames> {
  const end = randomBytes(16).toString('hex')
  const refused = (problem: string) => productError('folder-not-listed', { path, problem })
  const late = AbortSignal.timeout(SEARCH_TIME)
  const full = new AbortController()
  let printed = ''
  let count = 0
  const take = (text: string) => {
    printed += text
    count += text.split(end).length - 1
    // The first is the folder itself; one more than is shown says that there are more.
    if (count > MAX_FOUND + 1) full.abort()
  }
  const words = [path, end, `*${name.replace(/[\\*?[\]]/g, '\\$&')}*`]
  const either = AbortSignal.any([signal, late, full.signal])
  try {
    const code = await streamRootScript(engine, container, FIND, words, refused, take, either)
    const failure = folderError(code, path)
    if (failure) throw failure
  } catch (error) {
    if (signal.aborted || !(late.aborted || full.signal.aborted)) throw error
  }
  const found = parseFound(printed, end)
  if (!found)
    throw refused(late.aborted ? 'It did not answer.' : 'Its programs printed something else than a list.')
  const ended = full.signal.aborted ? 'many' : late.aborted ? 'late' : 'whole'
  return {
    path: found.path,
    found: found.found.slice(0, MAX_FOUND).sort((a, b) => byBytes(a.path, b.path)),
    ended,
  }
}

/** Reads what `FIND` printed; undefined if that is something else. What is not printed whole is left out. */
export function parseFound(text: string, end: string): Omit<FoundNames, 'ended'> | undefined {
  const [path, ...rest] = text.split(`${end}\n`)
  if (!path?.startsWith('/') || rest.length === 0) return undefined
  // After the last one comes what is none.
  const found = rest.slice(0, -1).flatMap((one): FoundName[] => {
    const [, bits, below] = /^([0-9a-f]+) \.\/(.+)$/s.exec(one) ?? []
    if (bits === undefined || below === undefined) return []
    return [
      { path: path === '/' ? `/${below}` : `${path}/${below}`, kind: kindOfMode(Number.parseInt(bits, 16)) },
    ]
  })
  return { path, found }
}
