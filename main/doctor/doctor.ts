import { execFile } from 'node:child_process'
import { access, constants, mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Doctor, EngineSurvey } from '../../shared/engine-state.ts'
import { surveyEngines } from '../docker/connection/survey-engines.ts'
import type { Host } from '../host/host.ts'
import { readSettings } from '../store/settings.ts'
import { installable } from './install-engine.ts'
import { remediesFor, startCommand } from './remedies.ts'
import { readSystem } from './system.ts'

/**
 * Every place where an engine may be, what is there, and what a person can do when none can be used. `terminal`: whether
 * the person has one. Never fails.
 */
export async function survey(host: Host, terminal: boolean): Promise<EngineSurvey> {
  const { engine } = await readSettings(host.home)
  const [places, system, install] = await Promise.all([
    surveyEngines(host.env, engine),
    readSystem(host.env),
    installable(host.env, terminal),
  ])
  const remedies = remediesFor(system, places)
  return {
    places,
    remedies,
    start: startCommand(system, places),
    install: remedies.length > 0 ? install : [],
  }
}

/** The same, with what else Pristine needs of this computer. Never fails. */
export async function doctor(host: Host): Promise<Doctor> {
  const [found, git, problem] = await Promise.all([survey(host, true), gitVersion(host), unwritable(host)])
  return {
    ...found,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    git,
    home: { path: host.home.root, problem },
  }
}

async function gitVersion({ env }: Host): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { env })
    return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim()
  } catch {
    return null
  }
}

async function unwritable({ home }: Host): Promise<string | null> {
  try {
    await mkdir(home.root, { recursive: true })
    await access(home.root, constants.W_OK)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
