import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { propose } from '../../../main/proposal/propose.ts'
import { writeProposal } from '../../../main/proposal/write-proposal.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { proposedText } from '../../../shared/proposal.ts'
import { expectError, makeProject } from '../definition/project.ts'
import { REPOSITORIES } from './repositories.ts'

interface Expected {
  stack: string | null
  chosen: string | null
  /** The lines of each file. */
  files: Record<string, string[]>
  warnings: string[]
}
const table = path.join(import.meta.dirname, '../../fixtures/proposals.json')
const EXPECTED = JSON.parse(await readFile(table, 'utf8')) as Record<string, Expected>

test('the table is of these repositories', () => {
  expect(Object.keys(EXPECTED)).toEqual(Object.keys(REPOSITORIES))
})

test.each(Object.entries(REPOSITORIES))('%s: what is proposed', async (name, files) => {
  await using project = await makeProject(files)
  const proposal = await propose(project)
  const { stack, chosen, warnings } = proposal
  const lines = proposal.files.map(({ file, lines }) => [file, lines.map(({ text }) => text)])
  expect({ stack, chosen, files: Object.fromEntries(lines), warnings }).toEqual(EXPECTED[name])
})

test.each(Object.entries(REPOSITORIES))('%s: each line has a reason', async (_, files) => {
  await using project = await makeProject(files)
  for (const { lines } of (await propose(project)).files) {
    for (const { text, reason, from } of lines) {
      if (/^[{}]$/.test(text)) continue
      expect(reason, text).toMatch(/^\S.{8,}[.]$/)
      if (from !== null) expect(Object.keys(files)).toContain(from)
    }
  }
})

test.each(Object.entries(REPOSITORIES))(
  '%s: what is written is what was shown, is understood, and plans',
  async (_, files) => {
    await using place = await makeProject(files)
    const proposal = await propose(place)
    await writeProposal(place, proposal.fingerprint)
    for (const file of proposal.files) {
      expect(await readFile(path.join(place.path, file.file), 'utf8')).toBe(proposedText(file))
    }
    const project = await openProject(place.path)
    const { definition } = await readProject({}, project, undefined)
    expect(definition.warnings).toEqual([])
    expect(definition.file).toBe('.devcontainer/devcontainer.json')
    const home = openHome({ PRISTINE_HOME: path.join(place.path, '.git', 'home') })
    const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
    // All that is missing is what the engine knows: where the references point.
    await expectError(
      planProject({ home, env: {}, engine }, project, { frozen: false }, silentRun()),
      'engine-missing',
    )
    await expectError(propose(place), 'definition-exists', { file: '.devcontainer/devcontainer.json' })
  },
)

test('the same files give the same proposal, wherever they lie', async () => {
  for (const files of Object.values(REPOSITORIES)) {
    await using one = await makeProject(files)
    await using other = await makeProject(Object.fromEntries(Object.entries(files).reverse()))
    expect(await propose(one)).toEqual(await propose(other))
  }
})
