import { expect, test } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { rememberDefinition } from '../../../main/store/chosen-definition.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { makeProject } from './project.ts'

test('of several definitions the one that was brought up by a choice stays chosen, as long as it is there', async () => {
  const fileOf = (name: string) => `.devcontainer/${name}/devcontainer.json`
  const files = Object.fromEntries(['a', 'b'].map((name) => [fileOf(name), '{ "image": "busybox:1.36" }']))
  await using place = await makeProject(files)
  await using data = await makeProject()
  const env = { PRISTINE_HOME: data.path }
  const project = await openProject(place.path)
  await expect(readProject(env, project, undefined)).rejects.toMatchObject({ code: 'definition-ambiguous' })
  await rememberDefinition(openHome(env), project.key, fileOf('b'))
  expect((await readProject(env, project, undefined)).definition.file).toBe(fileOf('b'))
  expect((await readProject(env, project, 'a')).definition.file).toBe(fileOf('a'))
  await rememberDefinition(openHome(env), project.key, fileOf('gone'))
  await expect(readProject(env, project, undefined)).rejects.toMatchObject({ code: 'definition-ambiguous' })
})
