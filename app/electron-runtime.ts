import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Electron's program, or why the desktop app cannot run here. */
export type Runtime = { program: string } | { missing: string }

const PACKAGE = path.join(import.meta.dirname, '../node_modules/electron')
const PROGRAM: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/**
 * Looks for Electron's runtime, which its package downloads on first use, and for what it needs; downloads nothing.
 * `ELECTRON_OVERRIDE_DIST_PATH` names a folder that has one.
 */
export function findRuntime(env: Record<string, string | undefined> = process.env): Runtime {
  const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(PACKAGE, 'dist')
  const program = path.join(folder, installedName() ?? PROGRAM[process.platform] ?? 'electron')
  if (!existsSync(program)) return { missing: `Electron's runtime is not at ${program}` }
  if (process.platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { missing: 'there is no display' }
    if (process.getuid?.() === 0) return { missing: 'it does not run as root, who has no sandbox' }
  }
  return { program }
}

/** What the package wrote when it downloaded the runtime. */
function installedName(): string | undefined {
  try {
    return readFileSync(path.join(PACKAGE, 'path.txt'), 'utf8')
  } catch {
    return undefined
  }
}
