import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'

/** Marks every launcher that the app wrote, so that no other file is replaced. */
const MARK = 'Made by Pristine: it starts the command line that came with the app.'

/** A program of the name `pristine` that a shell finds. */
export interface Launcher {
  file: string
  text: string
  /** Whether shells look into its folder. */
  onPath: boolean
}

interface Place {
  platform: NodeJS.Platform
  env: Record<string, string | undefined>
  home: string
  /** The command line's program file, outside of the app's archive. */
  program: string
}

/**
 * Where the launcher goes and what it contains: a folder of the person's own, so that no password is needed. It runs on
 * the Node that the person has, because the app's own runtime refuses to be one. Errors: `usage` for an AppImage, whose
 * files are somewhere else each time.
 */
export function planLauncher({ platform, env, home, program }: Place): Launcher {
  if (env['APPIMAGE']) {
    const hint = 'Install the .deb package instead, or use the command line from a checkout.'
    throw productError('usage', {
      problem: "An AppImage's command line cannot be linked: its files have no fixed place.",
      hint,
    })
  }
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local')
    const folder = path.win32.join(local, 'Microsoft', 'WindowsApps')
    return {
      file: path.win32.join(folder, 'pristine.cmd'),
      // A percent sign begins a variable in such a file.
      text: `@rem ${MARK}\r\n@node "${program.replaceAll('%', '%%')}" %*\r\n`,
      onPath: among(folder.toLowerCase(), (env['Path'] ?? env['PATH'] ?? '').toLowerCase().split(';')),
    }
  }
  const folder = path.posix.join(home, '.local', 'bin')
  const quoted = `'${program.replaceAll("'", `'\\''`)}'`
  const text = [
    '#!/bin/sh',
    `# ${MARK}`,
    'command -v node >/dev/null || { echo "pristine needs Node 24 or newer." >&2; exit 127; }',
    `exec node ${quoted} "$@"`,
    '',
  ].join('\n')
  return {
    file: path.posix.join(folder, 'pristine'),
    text,
    onPath: among(folder, (env['PATH'] ?? '').split(':')),
  }
}

const among = (folder: string, list: string[]): boolean =>
  list.some((one) => one.replace(/[\\/]+$/, '') === folder)

/**
 * Writes the launcher; one of an earlier app is replaced. Errors: `usage` where another program has its name,
 * `storage-failed`.
 */
export async function writeLauncher({ file, text }: Launcher): Promise<void> {
  try {
    const there = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return undefined
      throw error
    })
    if (there !== undefined && !there.includes(MARK)) {
      throw productError('usage', {
        problem: `${file} is there already, and Pristine did not make it.`,
        hint: 'Move it away, and choose "Install command line tool…" again.',
      })
    }
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
    await chmod(file, 0o755)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw productError('storage-failed', { path: file, problem: error.message }, { cause: error })
  }
}
