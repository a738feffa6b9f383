import { randomBytes } from 'node:crypto'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { imageTags } from '../../main/docker/images.ts'
import { appendLedger } from '../../main/history/ledger.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { docker, listImages } from '../engine/docker.ts'
import { makeOlder } from '../engine/older-image.ts'
import { pruneVersion } from '../engine/prune.ts'
import { devcontainer, TestProject, testProject } from '../engine/test-project.ts'
import {
  containersOf,
  removeContainers,
  removeNetworks,
  removeUnnamed,
  removeVolumes,
  restoreTags,
  tagsOf,
} from './engine-state.ts'
import { type Definition, SECRET, type Story } from './stories.ts'

const WRITE_DATA = 'for n in 1 2 3; do echo "row $n" >/data/$n; done; echo mess >/etc/mess'
const CHANGE_DATA = 'rm /data/1; echo changed >/data/2; echo "row 4" >/data/4'
const READ_DATA = 'cd /data && for file in *; do [ -f $file ] && md5sum $file; done; true'

/** A project in the state where a story's command starts, which can be had again and again at little cost. */
export class Stage implements AsyncDisposable {
  readonly story: Story
  readonly project: TestProject
  readonly key: ProjectKey
  /** What the volume holds in this state. */
  data = ''
  /** What its snapshot holds. */
  captured: string | undefined
  private readonly mark = randomBytes(4).toString('hex')
  private tags = new Map<string, string>()
  private lock = ''

  private constructor(story: Story, project: TestProject, key: ProjectKey) {
    this.story = story
    this.project = project
    this.key = key
  }

  /** Makes the state from nothing: builds the story's versions, brings each up, writes data. `files` go beside them. */
  static async open(story: Story, files: Record<string, string> = {}): Promise<Stage> {
    const project = await testProject(files, { env: { [SECRET.name]: SECRET.value } })
    const stage = new Stage(story, project, (await project.key()) as ProjectKey)
    await stage.define(story.definition)
    await stage.grant()
    for (const definition of story.before) {
      await stage.define(definition)
      await stage.grant()
      await project.up()
    }
    if (story.before.length > 0) {
      await project.exec(WRITE_DATA)
      stage.data = await stage.readData()
      if (story.captured) {
        stage.captured = stage.data
        await project.engine.takeSnapshot(project.folder, { name: 'first' }, project.run())
        await project.exec(CHANGE_DATA)
        await project.engine.settled()
        stage.data = await stage.readData()
      }
      for (const ordinal of story.pruned ?? []) await pruneVersion(project, ordinal)
      for (const ordinal of story.older ?? []) await makeOlder(project, ordinal)
      stage.tags = await tagsOf(stage.key)
      // A story may remove versions, and the next one needs their images again.
      for (const [index, image] of [...new Set(stage.tags.values())].entries())
        await docker()
          .getImage(image)
          .tag({ repo: stage.spare, tag: String(index) })
      stage.lock = await readFile(stage.lockFile, 'utf8')
      await cp(stage.home, stage.kept, { recursive: true })
    }
    await stage.define(story.definition)
    return stage
  }

  /**
   * Brings the state back after a command and its recovery: the version that ran is reset to, which is not timed and
   * not struck, and everything else is put back as it was.
   */
  async restore(): Promise<void> {
    const runs = this.story.before.length
    if (runs === 0) {
      await removeContainers(await containersOf(this.key))
      await removeNetworks(this.key)
      await removeVolumes(this.key)
      await rm(this.lockFile, { force: true })
    } else {
      await this.define(this.story.before[runs - 1] ?? this.story.definition)
      const { state, version, drift } = await this.project.status()
      if (state !== 'ready' || version?.ordinal !== runs || drift?.changes)
        await this.project.reset(`v${runs}`)
      await writeFile(this.lockFile, this.lock)
    }
    const found = await containersOf(this.key)
    // After a reset all others are what a killed command's calls have made meanwhile.
    const current = found.filter(({ set }) => set === found.find(({ isEntry }) => isEntry)?.set)
    await removeContainers(found.filter((one) => !current.includes(one)))
    await restoreTags(this.key, this.tags)
    await this.forgetVersions()
    await rm(this.home, { recursive: true, force: true })
    const [entry] = current
    if (entry) {
      await cp(this.kept, this.home, { recursive: true })
      await this.ownVolumes()
      const containers = current.map(({ id }) => id)
      // The same history, with the containers that run it now.
      await appendLedger(this.ledgerFolder, { kind: 'ready', version: entry.version as never, containers })
      // The container may have other data than the record says.
      if (this.captured !== undefined || this.story.seeded !== undefined) await this.project.reset(`v${runs}`)
    }
    await this.define(this.story.definition)
    if (!entry) await this.grant()
  }

  /** The project as a program sees it that has just been started. */
  another(): TestProject {
    const { folder, env } = this.project
    return new TestProject(path.dirname(folder), folder, env)
  }

  /** What the volume holds now. */
  async readData(): Promise<string> {
    const { code, stdout, stderr } = await this.project.exec(READ_DATA)
    return code === 0 ? stdout : `unreadable: ${stderr}`
  }

  /** Where the story's command writes. */
  get folders(): string[] {
    return [this.home, this.project.folder]
  }

  readLedger(): Promise<string> {
    return readFile(path.join(this.ledgerFolder, 'ledger.jsonl'), 'utf8').catch(() => '')
  }

  /** Everything that Pristine has written down about this project. */
  async written(): Promise<string> {
    const found = await readdir(this.home, { recursive: true, withFileTypes: true }).catch(() => [])
    const files = found.filter((entry) => entry.isFile())
    const texts = await Promise.all(
      files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
    )
    return texts.join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeContainers(await containersOf(this.key))
    await restoreTags(this.key, new Map())
    const spare = await listImages({ reference: [this.spare] })
    for (const tag of spare.flatMap(imageTags))
      if (tag.startsWith(`${this.spare}:`)) await docker().getImage(tag).remove()
    await this.forgetVersions()
    await this.project[Symbol.asyncDispose]()
  }

  /** The volumes that commands have made since belong to the record that was put back. */
  private async ownVolumes(): Promise<void> {
    const file = path.join(this.ledgerFolder, 'data.json')
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined)
      await writeFile(file, JSON.stringify({ ...JSON.parse(text), generation: Date.now() }))
  }

  private get spare(): string {
    return `pristine-crash/${this.mark}`
  }
  private get home(): string {
    return this.project.env['PRISTINE_HOME'] ?? ''
  }
  private get kept(): string {
    return `${this.home}.kept`
  }
  private get ledgerFolder(): string {
    return path.join(this.home, 'projects', this.key)
  }
  private get lockFile(): string {
    return path.join(this.project.folder, '.devcontainer', 'pristine.lock')
  }

  /** All definitions name a variable of the person's environment. */
  private async grant(): Promise<void> {
    await this.project.grant()
  }

  /** Writes the definition. Its mark makes its versions this stage's own: no other's build can be mixed up with it. */
  private async define({ services, ...own }: Definition): Promise<void> {
    await this.project.write({
      ...devcontainer({ ...own, containerEnv: { ...own.containerEnv, STAGE: this.mark } }),
      ...(services && { 'compose.yaml': JSON.stringify({ services, volumes: { data: {} } }) }),
    })
  }

  private async forgetVersions(): Promise<void> {
    const versions = await readdir(path.join(this.home, 'versions')).catch(() => [])
    for (const version of versions) await removeUnnamed(version)
  }
}
