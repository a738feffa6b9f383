import type { Page } from 'playwright-core'
import { createEngine } from '../../main/engine.ts'
import { openProject } from '../../main/store/open-project.ts'
import type { Desk } from './desk.ts'
import { webProject } from './web-project.ts'

/** A project of a desk whose environment the engine of this process changes, as a command line beside the page does. */
export interface OpenedProject {
  folder: string
  key: string
  /** Writes files and brings the environment up. */
  up(files?: Record<string, string>): Promise<void>
  /** Runs a shell command in the environment, and returns its exit code. */
  exec(command: string): Promise<number>
  /** Shows a tab of it. */
  show(page: Page, tab: string): Promise<void>
}

/** A lockfile whose content is part of the version. */
export const lockfile = (version: string): Record<string, string> => ({
  'package-lock.json': `${JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/express': { version } } }, null, 2)}\n`,
})

/** The files of a project whose program prints so many lines and goes on. */
export const printing = (mark: string, lines: number): Record<string, string> => {
  const files = webProject(mark)
  const print = `BEGIN { for (i = 0; i < ${lines}; i++) print "line " i " of the log, as long as lines of logs are on most days" }`
  const dockerfile = (files['Dockerfile'] ?? '').replace(
    /CMD .*/,
    `RUN echo '${print}' > /print\nCMD ["sh", "-c", "awk -f /print; exec busybox httpd -f -p 8080 -h /srv"]`,
  )
  return { ...files, Dockerfile: dockerfile }
}

/** Puts a project on a desk; `mark` makes its image one of its own. */
export async function environmentOn(
  desk: Desk,
  mark: string,
  files = webProject(mark),
): Promise<OpenedProject> {
  const name = mark.replaceAll(' ', '-')
  const folder = await desk.project(name, { ...files, ...lockfile('5.0.0') })
  const engine = createEngine(desk.env)
  const run = { signal: new AbortController().signal, report: () => {} }
  const { key } = await openProject(folder)
  return {
    folder,
    key,
    up: async (changed = {}) => {
      await desk.project(name, changed)
      await engine.up(folder, { frozen: false }, run)
      await engine.settled()
    },
    exec: (command) => {
      const io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr }
      return engine.exec(folder, ['/bin/sh', '-c', command], { ...io, tty: false, interactive: false }, run)
    },
    show: async (page, tab) => {
      await page.goto(`${new URL(page.url()).origin}/#/projects/${key}/${tab}`)
      await page.getByRole('heading', { level: 1, name }).waitFor()
    },
  }
}
