import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { keepRoot, permissionsOfRoot } from '../../../main/trust/git-root.ts'
import { scratch } from '../inputs/scratch.ts'

test('a git root above the last one is requested; one below it, an unknown one and the same are not', async () => {
  await using all = await scratch({ 'outer/mid/inner/file': '' })
  const home = openHome({ PRISTINE_HOME: all.at('home') })
  const open = () => openProject(all.at('outer/mid/inner'), home)
  const requested = async () => permissionsOfRoot(home, await open())
  const init = (folder: string) => execFileSync('git', ['init', '-q', all.at(folder)])
  init('outer/mid')
  expect(await requested()).toEqual([])
  await keepRoot(home, await open())
  expect(await requested()).toEqual([])
  init('outer')
  await rm(all.at('outer/mid/.git'), { recursive: true })
  const wider = (earlier: string) => [{ kind: 'git-root', root: all.at('outer'), earlier: all.at(earlier) }]
  expect(await requested()).toEqual(wider('outer/mid'))
  init('outer/mid/inner')
  expect(await requested()).toEqual([])
  await rm(all.at('outer/mid/inner/.git'), { recursive: true })
  // Once it was granted, it is the project's own.
  await keepRoot(home, await open())
  expect(await requested()).toEqual([])
  // Of a damaged record nothing above the folder is known to be its own.
  await all.write(`home/projects/${(await open()).key}/git-root.json`, '{')
  expect(await requested()).toEqual(wider('outer/mid/inner'))
})
