import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod/mini'
import type { DockerfileReading } from '../../main/definition/dockerfile/dockerfile-reading.ts'
import { appendLabels, type Pins, pinDockerfile } from '../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../main/definition/dockerfile/read-dockerfile.ts'
import { type ReadProject, readProject } from '../../main/definition/read-project.ts'
import { permissionsOfProject } from '../../main/environment/computer/project-permissions.ts'
import { lockPath, lockText } from '../../main/lock/lock-file.ts'
import { silentRun } from '../../main/operation/silent-run.ts'
import { type Planned, planProject } from '../../main/plan/plan.ts'
import { parsePlan } from '../../main/plan/plan-store.ts'
import { openHome } from '../../main/store/home.ts'
import { openProject, type Project } from '../../main/store/open-project.ts'
import { canonical } from '../../shared/canonical.ts'
import { Definition } from '../../shared/definition.ts'
import { type ErrorCode, isProductError, type ProductError, productError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/image-reference.ts'
import type { Baked } from '../../shared/plan.ts'
import { Permission } from '../../shared/trust.ts'
import type { ProjectTexts } from './project-texts.ts'

const DEVCONTAINER = '.devcontainer/devcontainer.json'

/** What may be wrong with a text. Anything else, `internal` above all, is a fault of Pristine's. */
const REFUSALS: ErrorCode[] = ['definition-invalid', 'definition-unsupported', 'input-unreadable']

/** In milliseconds of processor time: one planning takes a few, so more than this is no constant but a power. */
const DEADLINE = 2_000

/** The files that a definition's paths, globs and links may find. */
const FILES: Record<string, string> = {
  'src/index.js': '1',
  'src/deep/er/x.x': '2',
  'package.json': '{}',
  'odd [name].txt': '3',
  'setup.sh': '4',
  'a/b': '5',
}

/** How a case ended, if as it should. */
export type Answer = { code: ErrorCode | 'accepted'; milliseconds: number }

/** A project and its clone elsewhere, in which one case after the other is tried. */
export class Desk {
  private readonly pairs: { plain: Project[]; inRepository: Project[] }
  private readonly root: string
  private slowest = 0
  private calls = 0

  private constructor(root: string, pairs: Desk['pairs']) {
    this.root = root
    this.pairs = pairs
  }

  static async open(root: string): Promise<Desk> {
    const make = (folder: string): Promise<Project> => {
      const project = path.join(root, folder)
      for (const [file, text] of Object.entries(FILES)) write(project, file, text)
      return openProject(project)
    }
    const clones = ['one', 'two']
    for (const clone of clones)
      write(path.join(root, clone), 'repository/.git/HEAD', 'ref: refs/heads/main\n')
    return new Desk(root, {
      plain: await Promise.all(clones.map((clone) => make(`${clone}/shop`))),
      inRepository: await Promise.all(clones.map((clone) => make(`${clone}/repository/shop`))),
    })
  }

  /**
   * Plans a project of these texts. Fails with what is wrong, if it is not true that the texts are refused by a code
   * before the engine is asked, or accepted and give the same version twice, and in the clone.
   */
  async ask(texts: ProjectTexts): Promise<Answer> {
    this.slowest = 0
    this.calls = 0
    const [project, clone] = this.pairs[texts.inRepository ? 'inRepository' : 'plain']
    if (!project || !clone) throw new Error('there is a project and its clone')
    place(project, texts)
    const first = await this.plan(project, false)
    if (isProductError(first) && this.calls === 0) return this.answer(requireExplained(first, texts))
    const read = await readProject(ENV, project, undefined)
    requireReferences(read)
    requireSendable(read)
    const reached = await this.timed(() => this.reach(project, read))
    if (isProductError(reached)) return this.answer(requireExplained(reached, texts))
    z.array(Permission).parse(reached)
    const planned = this.calls === 0 ? requirePlan(first) : requirePlan(await this.lockedPlan(project, read))
    requireWhole(planned)
    if (requirePlan(await this.lockedPlan(project, read)).id !== planned.id)
      throw new Error('planned twice, it is another version')
    // A build that is given the folder's path is another one in another folder.
    const given = JSON.stringify(read.services.map(({ service }) => service.source))
    if (given.includes(path.join(this.root, 'one'))) return this.answer('accepted')
    // So is an image into which hooks are baked that are given it.
    if (planned.plan.services.some(({ baked }) => baked && this.tellsPath(baked)))
      return this.answer('accepted')
    if (canonical(planned.plan).includes(this.root)) throw new Error("the plan holds the folder's path")
    place(clone, texts)
    if (requirePlan(await this.lockedPlan(clone, read)).id !== planned.id)
      throw new Error('planned in a clone, it is another version')
    return this.answer('accepted')
  }

  private tellsPath(baked: Baked): boolean {
    const names = Object.keys(baked.values)
    return (
      canonical(baked).includes(this.root) || names.some((name) => /^(?:local[GW]|devcontainerId)/.test(name))
    )
  }

  private answer(code: Answer['code']): Answer {
    return { code, milliseconds: this.slowest }
  }

  private plan(project: Project, frozen: boolean): Promise<Planned | ProductError> {
    return this.timed(() => this.planNow(project, frozen))
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const before = process.threadCpuUsage()
    const result = await work()
    const { user, system } = process.threadCpuUsage(before)
    this.slowest = Math.max(this.slowest, (user + system) / 1000)
    if (this.slowest > DEADLINE) throw new Error(`planning took ${Math.round(this.slowest)} ms`)
    return result
  }

  private reach(project: Project, read: ReadProject): Promise<Permission[] | ProductError> {
    return explained(() => permissionsOfProject({ home: this.home, env: ENV }, project, read))
  }

  private get home() {
    return openHome({ PRISTINE_HOME: path.join(this.root, 'home') })
  }

  private planNow(project: Project, frozen: boolean): Promise<Planned | ProductError> {
    const engine = () => {
      this.calls++
      return Promise.reject(productError('engine-missing', { tried: ['nowhere'] }))
    }
    const { home } = this
    return explained(() => planProject({ home, env: ENV, engine }, project, { frozen }, silentRun()))
  }

  /** Plans with a lock that pins all there is to pin. */
  private lockedPlan(
    project: Project,
    { definition, services }: ReadProject,
  ): Promise<Planned | ProductError> {
    const readings = services.map(({ reading }) => reading)
    const { images, downloads } = pinsOf(readings)
    const resolved = Object.entries(images).map(([reference, pin]) => [reference, { resolved: pin }])
    const text = lockText({ lockVersion: 1, images: Object.fromEntries(resolved), downloads })
    writeFileSync(path.join(project.path, lockPath(definition.file)), text)
    return this.plan(project, true)
  }
}

/** What comes of work, be it a product error. */
async function explained<T>(work: () => Promise<T>): Promise<T | ProductError> {
  try {
    return await work()
  } catch (error) {
    if (isProductError(error)) return error
    throw new Error(`an error without a code: ${(error as Error)?.stack ?? String(error)}`, {
      cause: error,
    })
  }
}

/** A pin for all there is to pin. */
function pinsOf(readings: DockerfileReading[]): Pins {
  const references = readings.flatMap(({ images }) => images.map(({ reference }) => reference))
  const urls = readings.flatMap(({ downloads }) => downloads.map(({ url }) => url))
  return {
    images: Object.fromEntries(
      references.map((reference) => {
        const repository = parseImageReference(reference)?.repository
        return [reference, `${repository}@sha256:${'1'.repeat(64)}`]
      }),
    ),
    downloads: Object.fromEntries(urls.map((url) => [url, { integrity: `sha256:${'2'.repeat(64)}` }])),
  }
}

/** The person's environment, which is the same in both folders. */
const ENV = { HOME: '/home/ann', USER: 'ann', PATH: '/usr/bin:/bin', EMPTY: '' }

function write(folder: string, file: string, content: string | Buffer): void {
  const target = path.join(folder, file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, content)
}

function place(project: Project, { devcontainer, dockerfile }: ProjectTexts): void {
  const folder = path.join(project.path, '.devcontainer')
  rmSync(folder, { recursive: true, force: true })
  rmSync(path.join(project.path, 'pristine.lock'), { force: true })
  write(project.path, 'Dockerfile', dockerfile)
  if (devcontainer === undefined) return
  write(project.path, DEVCONTAINER, devcontainer)
  write(project.path, '.devcontainer/Dockerfile', dockerfile)
}

/** A refusal says what, why and what to do, and names a line that exists. */
function requireExplained(error: ProductError, texts: ProjectTexts): ErrorCode {
  const { code, message, why, hint, data } = error
  if (!REFUSALS.includes(code)) throw new Error(`refused with ${code}: ${message} ${why}`, { cause: error })
  for (const said of [message, why, hint]) {
    if (typeof said !== 'string' || said.trim() === '') throw new Error(`${code} leaves something unsaid`)
  }
  JSON.stringify(data)
  const { file, line = 1, column = 1 } = data as { file?: string; line?: number; column?: number }
  const text = String((file?.endsWith('.json') ? texts.devcontainer : texts.dockerfile) ?? '')
  const lines = text.split(/\r\n|\n|\r/).length
  if (!(line >= 1 && line <= lines && column >= 1))
    throw new Error(`${code} names line ${line}, column ${column} of ${lines} lines`)
  return code
}

/** What is going to be asked of registries must be something that can be asked. */
function requireReferences({ services }: ReadProject): void {
  for (const { reference } of services.flatMap(({ reading }) => reading.images))
    if (!parseImageReference(reference)) throw new Error(`"${reference}" was accepted and cannot be resolved`)
}

/** What is going to be sent to the engine can be written, and needs nothing more. */
function requireSendable({ services }: ReadProject): void {
  for (const { reading, args } of services) {
    const { images, downloads } = pinsOf([reading])
    const { text } = pinDockerfile(reading, { images, downloads }, { inFolder: true })
    const sent = readDockerfile(appendLabels(text, { label: '"$x\\' }), { file: 'what is sent', args })
    const [open] = [...sent.images.map(({ reference }) => reference), ...sent.downloads.map(({ url }) => url)]
    if (open !== undefined) throw new Error(`${open} is still open in what is sent`)
  }
}

function requirePlan(result: Planned | ProductError): Planned {
  if (isProductError(result))
    throw new Error(`the engine was asked before this was said: ${result.message} ${result.why}`, {
      cause: result,
    })
  return result
}

/** What was accepted has the form that it must have, and the plan makes its version when it is read back. */
function requireWhole({ definition, plan, id }: Planned): void {
  Definition.parse(definition)
  if (!parsePlan(canonical(plan), id)) throw new Error('the plan, read back, does not make its version')
}
