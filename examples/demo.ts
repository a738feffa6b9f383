import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { styleText } from 'node:util'
import { connect } from '../main/docker/connection/connect.ts'
import { isProductError } from '../shared/errors.ts'
import type { UpResult } from '../shared/result.ts'
import { rigVariables, runningRig, startRig, stopRig } from '../test/rig/rig.ts'

/**
 * The story of Pristine on a copy of the sample, a shop with a database and a cache, without a question: start, break the data
 * and reset it, change, go back. Removes what it made.
 */
const CLI = path.join(import.meta.dirname, '../app/cli/main.js')
/** What somebody gets wrong: the price is in cents. */
const MIGRATION = `import pg from 'pg'

const database = new pg.Client({ connectionString: process.env.DATABASE_URL })
await database.connect()
const { rowCount } = await database.query('DELETE FROM products WHERE cents > 9.99')
console.log(\`\${rowCount} products deleted\`)
await database.end()
`
/** The dependency that the story moves, between two published releases. */
const NANOID = [
  {
    version: '5.1.6',
    integrity:
      'sha512-c7+7RQ+dMB5dPwwCp4ee1/iV/q2P6aK1mTZcfr1BTuVlyW9hJYiMPybJCcnBlQtuSmTIWNeazm/zqNoZSSElBg==',
  },
  {
    version: '5.1.5',
    integrity:
      'sha512-Ir/+ZpE9fDsNH0hQ3C68uyThDXzYcim2EqcZ8zn8Chtt1iylPT9xXJB0kPCnqzgcEGikO9RxSrh63MsmVCU7Fw==',
  },
] as const

const root = await mkdtemp(path.join(tmpdir(), 'pristine-demo-'))
const shop = path.join(root, 'shop')
const env: NodeJS.ProcessEnv = { ...process.env, PRISTINE_HOME: path.join(root, 'home') }
delete env['CI']
const began = Date.now()
let stopEngine = async () => {}

try {
  stopEngine = await provideEngine()
  await cp(path.join(import.meta.dirname, 'shop'), shop, { recursive: true })

  chapter('A shop with PostgreSQL and Redis: one command builds, pins, starts and seeds it')
  await pristine('up')
  await request()

  chapter('Nothing changed, so nothing is done')
  await pristine('up')

  chapter('Somebody tries a migration, and the products are gone')
  await writeFile(path.join(shop, 'migrate.js'), MIGRATION)
  await pristine('exec', '--', 'node', 'migrate.js')
  await request()

  chapter('The whole environment, with all of its data, as it was after the seed')
  const from = Date.now()
  await pristine('reset', '--data')
  await request()
  const took = ((Date.now() - from) / 1000).toFixed(1)
  console.log(styleText('green', `200,000 products are back, ${took} s after the command began.`))

  chapter(`Somebody changes a dependency: nanoid ${NANOID[0].version} -> ${NANOID[1].version}`)
  await changeDependency()
  await pristine('status')
  await pristine('up')
  await request()

  chapter('And back, without a build: the image of v1 is still there')
  await pristine('reset', '--to', 'v1')
  await request()

  chapter('The history')
  await pristine('versions')
  await pristine('diff', 'v1', 'v2')
} finally {
  chapter('Cleaning up')
  await pristine('rm', '--data', '--versions').catch(() => {})
  await rm(root, { recursive: true, force: true })
  await stopEngine()
}

const seconds = ((Date.now() - began) / 1000).toFixed(0)
console.log(`
${styleText('green', `Done in ${seconds} s.`)} The containers, versions and files of this demo are gone; the base image and the
engine's build cache stay, so that the next run is faster.

Try next, in a repository of your own:
  ${command('npm run -s pristine -- -C ~/code/yours up')}
  ${command('npm run -s pristine -- -C ~/code/yours exec -- sh')}
  ${command('npm run -s pristine -- --help')}`)

/** The engine that is there; without one, the private engine that the tests use. Returns how to end what it started. */
async function provideEngine(): Promise<() => Promise<void>> {
  try {
    const { address } = await connect(process.env)
    console.log(`Using the engine at ${address}.`)
    return async () => {}
  } catch (error) {
    if (!isProductError(error, 'engine-missing')) throw error
    const ranBefore = await runningRig().then(
      () => true,
      () => false,
    )
    console.log('No container engine runs here: using a private one (the first time it takes some minutes).')
    Object.assign(env, rigVariables(await startRig()))
    console.log(`Using the private engine at ${env['DOCKER_HOST']}.`)
    return async () => {
      if (ranBefore) return
      await stopRig({ purge: false })
      console.log('The private engine is stopped; "npm run -s rig -- stop --purge" removes its cache too.')
    }
  }
}

function chapter(title: string): void {
  console.log(`\n${styleText('bold', title)}`)
}

function command(text: string): string {
  return styleText('cyan', text)
}

/** Runs the command line as a person would, and shows what it was. */
async function pristine(...args: string[]): Promise<void> {
  console.log(command(`$ pristine ${args.join(' ')}`))
  await run(args, 'inherit')
}

/** The project is given before what a command inside is given. */
function run(args: string[], stdout: 'inherit' | 'pipe'): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, '-C', shop, ...args], {
      env,
      stdio: ['ignore', stdout, 'inherit'],
    })
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`pristine ${args[0]} ended with ${code}`)),
    )
  })
}

/** Asks the running shop for its products. */
async function request(): Promise<void> {
  const { ports } = JSON.parse(await run(['ports', '--json'], 'pipe')) as UpResult['environment']
  const url = `http://127.0.0.1:${ports[0]?.host}/products`
  console.log(command(`$ curl ${url}`))
  console.log((await (await fetch(url)).text()).trim())
}

async function changeDependency(): Promise<void> {
  const [from, to] = NANOID
  for (const name of ['package.json', 'package-lock.json']) {
    const file = path.join(shop, name)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replaceAll(from.version, to.version).replace(from.integrity, to.integrity))
  }
}
