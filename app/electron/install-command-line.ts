import path from 'node:path'
import { app } from 'electron'
import { planLauncher, writeLauncher } from './command-line-tool.ts'
import { confirm, inform } from './dialogs.ts'
import type { MainWindow } from './main-window.ts'

/**
 * Writes the launcher of the command line after the person agreed to its place. `program`: the command line's program
 * file. Errors: `usage`, `storage-failed`.
 */
export async function installCommandLine(
  window: MainWindow,
  env: Record<string, string | undefined>,
  program: string,
): Promise<void> {
  const launcher = planLauncher({ platform: process.platform, env, home: app.getPath('home'), program })
  const agreed = await confirm(window.now, {
    message: 'Install the command line tool?',
    detail: `It writes the file ${launcher.file}, which starts the command line that came with the app on your Node.`,
    action: 'Install',
  })
  if (!agreed) return
  await writeLauncher(launcher)
  const next = launcher.onPath
    ? 'Type "pristine" in a new terminal.'
    : `Your shell does not look into ${path.dirname(launcher.file)}: add it to PATH.`
  await inform(window.now, 'The command line tool is installed.', next)
}
