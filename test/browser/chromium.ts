import { existsSync } from 'node:fs'
import { type Browser, type BrowserServer, chromium } from 'playwright-core'
import { asRoot, authority, run, runAsRoot } from '../rig/commands.ts'
import { step } from '../rig/progress.ts'

const PROGRAM = '/usr/bin/chromium'

/** Why there is no browser to test with; undefined when there is one. */
export const whyNoBrowser = (): string | undefined =>
  existsSync(PROGRAM) ? undefined : `${PROGRAM} is missing, and could not be installed from Debian's packages`

/** Installs Debian's Chromium where it is missing and can be had. */
export async function installBrowser(): Promise<void> {
  if (existsSync(PROGRAM) || !existsSync('/usr/bin/apt-get') || authority() === 'none') return
  await step('install chromium', async () => {
    await runAsRoot('apt-get', ['update', '-qq'])
    const packages = ['chromium', 'fonts-inter', 'fonts-jetbrains-mono']
    const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages]
    await run(...asRoot('env', ['DEBIAN_FRONTEND=noninteractive', ...install]))
  }).catch((error: Error) => console.error(error.message))
}

/** How it is started: without anything to see. */
const LAUNCH = {
  executablePath: PROGRAM,
  // As root there is no sandbox, and nothing but the page itself may ask the network for anything.
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
}

/** Starts one. */
export const startBrowser = (): Promise<Browser> => chromium.launch(LAUNCH)

/** The variable that says where the browser is that all test files share; a start costs as much as a short test. */
const SHARED = 'PRISTINE_TEST_BROWSER'

/** Starts the browser that `sharedBrowser` of this process and of those that it starts connects to. */
export async function startSharedBrowser(): Promise<BrowserServer> {
  const server = await chromium.launchServer({ ...LAUNCH, host: '127.0.0.1' })
  process.env[SHARED] = server.wsEndpoint()
  return server
}

/** Connects to the shared browser, or starts one where none is shared; what is closed is the connection alone. */
export function sharedBrowser(): Promise<Browser> {
  const address = process.env[SHARED]
  return address ? chromium.connect(address) : startBrowser()
}
