import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
const COPIED = ['app', 'main', 'shared', 'build', 'package.json', 'package-lock.json']
const CONFIGS = ['vite.config.ts', 'rolldown.config.ts']
/** The exit code of a server that was ended by SIGTERM; on Windows that ends a process at once. */
const ENDED = process.platform === 'win32' ? null : 0
let checkout: string

/** A checkout of its own, with a page that is built in a moment. */
beforeAll(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), 'pristine-checkout-'))
  for (const name of [...COPIED, ...CONFIGS])
    await cp(path.join(root, name), path.join(checkout, name), {
      recursive: true,
      // They refer to folders that are not copied, and no build needs them.
      filter: (source) => path.basename(source) !== 'tsconfig.json',
    })
  await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'), 'junction')
  await mkdir(path.join(checkout, 'renderer'))
  await writePage('first')
})
afterAll(() => rm(checkout, { recursive: true, force: true }))

async function writePage(title: string, script = 'document.body.append("there")'): Promise<void> {
  const folder = path.join(checkout, 'renderer')
  const html = `<title>${title}</title><script type="module" src="./main.ts"></script>`
  await writeFile(path.join(folder, 'index.html'), html)
  await writeFile(path.join(folder, 'main.ts'), script)
}

const built = (): Promise<string[]> => readdir(path.join(checkout, 'dist/renderer')).catch(() => [])

interface Ended {
  code: number | null
  /** The title of the page that was served, if one was. */
  title: string | undefined
  /** What was printed beside the JSON. */
  notes: string
  json: string
}

/** Runs `pristine serve` until it serves its page, or ends; `onNotes` is called with what it has printed so far. */
async function serve(
  options: { program?: string; onNotes?: (notes: string, interrupt: () => void) => void } = {},
): Promise<Ended> {
  const { program = 'app/cli/main.js', onNotes } = options
  const env = { ...process.env, PRISTINE_HOME: path.join(checkout, 'home') }
  const child = spawn(process.execPath, [path.join(checkout, program), 'serve', '--json'], { env })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  let notes = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text
    onNotes?.(notes, () => child.kill('SIGINT'))
  })
  let json = ''
  let title: string | undefined
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    json += chunk
    const origin = /"origin":\s*"([^"]+)"/.exec(json)?.[1]
    if (!origin || title !== undefined) continue
    title = /<title>(.*)<\/title>/.exec(await (await fetch(origin)).text())?.[1]
    child.kill('SIGTERM')
  }
  return { code: await closed, title, notes, json }
}

test('a checkout builds its page where it is missing, once for all who wait for it', async () => {
  const [one, two] = await Promise.all([serve(), serve()])
  expect([one.code, two.code, one.title, two.title]).toEqual([ENDED, ENDED, 'first', 'first'])
  const notes = one.notes + two.notes
  expect(notes).toMatch(/^Building the page, because there is none yet\.\n✓ Build: The page \d+\.\d s\n$/)
})

test('it builds nothing while the sources are the same, and again when one changed', async () => {
  expect(await serve()).toMatchObject({ code: ENDED, title: 'first', notes: '' })
  await writePage('second')
  const changed = await serve()
  expect(changed).toMatchObject({ code: ENDED, title: 'second' })
  expect(changed.notes).toContain('Building the page, because its sources changed.')
  expect(await serve()).toMatchObject({ code: ENDED, title: 'second', notes: '' })
})

test('a build that fails says where, and no older page is served in its place', async () => {
  await writePage('third', 'const = 1')
  for (let attempt = 1; attempt <= 2; attempt++) {
    const failed = await serve()
    expect(failed).toMatchObject({ code: 1, title: undefined })
    const { error } = JSON.parse(failed.json)
    expect(error).toMatchObject({
      code: 'app-build-failed',
      message: 'The page could not be built from its sources (exit code 1).',
      hint: 'Correct what it names; if a package is missing, run "npm ci" in the checkout.',
    })
    expect(error.why).toContain('main.ts')
  }
})

test.skipIf(process.platform === 'win32')(
  'a build that is interrupted ends the command, and the next one builds again',
  async () => {
    await writePage('fourth')
    let once = true
    const interrupted = await serve({
      onNotes: (notes, interrupt) => {
        if (!once || !notes.includes('Building the page')) return
        once = false
        interrupt()
      },
    })
    expect(interrupted).toMatchObject({ code: 130, title: undefined })
    expect(JSON.parse(interrupted.json).error).toMatchObject({
      code: 'cancelled',
      hint: 'The page was not built.',
    })
    expect(await serve()).toMatchObject({ code: ENDED, title: 'fourth' })
  },
)

test('the shipped command line builds nothing', async () => {
  const rolldown = path.join(root, 'node_modules/rolldown/bin/cli.mjs')
  await promisify(execFile)(process.execPath, [rolldown, '-c', 'rolldown.config.ts'], { cwd: checkout })
  const program = 'dist/cli/main.js'
  await writePage('fifth')
  expect(await serve({ program })).toMatchObject({ code: ENDED, title: 'fourth', notes: '' })
  await rm(path.join(checkout, 'dist/renderer'), { recursive: true })
  const missing = await serve({ program })
  expect(missing.code).toBe(1)
  expect(JSON.parse(missing.json).error).toMatchObject({
    code: 'page-not-built',
    data: { folder: path.join(checkout, 'dist/renderer') },
  })
  expect(await built()).toEqual([])
})
