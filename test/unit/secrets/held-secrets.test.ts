import { mkdir, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openSecretProvider } from '../../../main/secrets/secret-provider.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { git } from '../../engine/git.ts'
import { scratch } from '../inputs/scratch.ts'

test('a value held in memory is for the repository that it was given to, and for no other in its folder', async () => {
  await using folder = await scratch()
  const repository = async (remote: string) => {
    await rm(folder.at('shop'), { recursive: true, force: true })
    await mkdir(folder.at('shop'))
    git(folder.at('shop'), 'init', '-q')
    git(folder.at('shop'), 'remote', 'add', 'origin', remote)
    return openProject(folder.at('shop'), openHome({ PRISTINE_HOME: folder.at('home') }))
  }
  const secrets = openSecretProvider({ PATH: '/nowhere' })
  const found = async (remote: string) =>
    (await secrets.find(await repository(remote), ['TOKEN'])).found['TOKEN']
  const [own, other] = ['https://git.example.org/mine/shop.git', 'https://git.example.org/a/stranger.git']

  await secrets.holdInMemory(await repository(own), 'TOKEN', 'value')
  expect(await found(own)).toEqual({ state: 'process', value: 'value' })
  expect(await found(other)).toEqual({ state: 'missing' })
  await secrets.remove(await repository(other), 'TOKEN').catch(() => undefined)
  expect(await found(own)).toEqual({ state: 'process', value: 'value' })
  await secrets.remove(await repository(own), 'TOKEN')
  expect(await found(own)).toEqual({ state: 'missing' })
})
