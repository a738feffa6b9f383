import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
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

/** Starts it without anything to see. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PROGRAM,
    // As root there is no sandbox, and nothing but the page itself may ask the network for anything.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  })
