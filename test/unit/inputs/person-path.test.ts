import { existsSync, readFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  isFolder,
  linkInTheWay,
  openFolderOf,
  openPersonFile,
  personPath,
} from '../../../main/files/given-path.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { rememberProject } from '../../../main/store/project-records.ts'
import { foldersWithLinks, keepExposed } from '../../../main/trust/container-writable-folders.ts'
import { scratch } from './scratch.ts'

/** A project `shop` in which code put links, and a person's own links outside of it. */
async function links() {
  const all = await scratch({ 'shop/in/file': 'own', 'outside/file': 'secret', 'shop-2/file': 'other' })
  const root = await realpath(all.path)
  for (const [name, target] of Object.entries({
    'shop/file': 'in/file',
    'shop/secret': path.join(root, 'outside/file'),
    'shop/out': path.join(root, 'outside'),
    'shop/gone': 'nowhere',
    'to-shop': 'shop',
    'to-out': path.join(root, 'shop/out'),
    'to-file': 'outside/file',
    loop: 'loop',
  }))
    await all.link(name, target)
  const at = (name: string) => personPath(path.join(root, name), [path.join(root, 'shop')])
  return { ...all, root, at, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() }
}

test('a link of the person is followed, and none in a folder in which code inside can write', async () => {
  await using all = await links()
  const { at, root } = all
  const read = (name: string) => {
    using file = openPersonFile(at(name))
    return readFileSync(file.fd, 'utf8')
  }
  expect(['shop/in/file', 'to-shop/in/file', 'to-file', 'shop-2/file'].map(read)).toEqual([
    'own',
    'own',
    'secret',
    'other',
  ])
  for (const name of ['shop/file', 'shop/secret', 'shop/out/file', 'to-shop/out/file', 'to-out/file', 'loop'])
    expect(() => read(name), name).toThrow(expect.objectContaining({ code: 'ELOOP' }))

  expect(
    ['shop/in', 'to-shop', 'outside', 'shop/in/file', 'shop/none'].map((name) => isFolder(at(name))),
  ).toEqual([true, true, true, false, false])
  for (const name of ['shop/out', 'to-out', 'shop/gone'])
    expect(() => isFolder(at(name)), name).toThrow(expect.objectContaining({ code: 'ELOOP' }))

  for (const name of ['shop/out/new', 'to-out/new'])
    expect(() => openFolderOf(at(name)), name).toThrow(expect.objectContaining({ code: 'ELOOP' }))
  using folder = openFolderOf(at('to-shop/in/new'))
  expect(existsSync(path.join(folder.path, 'file'))).toBe(true)

  const error = Object.assign(new Error(), { code: 'ELOOP', syscall: 'open' })
  expect(linkInTheWay(at('to-shop/out/file'), error)).toContain(`${path.join(root, 'shop/out')} is a link`)
  expect(linkInTheWay(at('outside/file'), error)).toBe(undefined)
})

test('links can be in the git roots of all projects that are known, and wherever a container could write', async () => {
  await using all = await scratch({ 'shop/.git/HEAD': '', 'shop/app/a': '', 'other/a': '', 'data/a': '' })
  const root = await realpath(all.path)
  const host = { home: openHome({ PRISTINE_HOME: all.at('home') }) }
  const project = await openProject(all.at('shop/app'), host.home)
  await rememberProject(host, await openProject(all.at('other'), host.home))
  await keepExposed(host.home, {
    Image: '',
    HostConfig: { Mounts: [{ Type: 'bind', Source: all.at('data'), Target: '/data' }] },
  })
  expect((await foldersWithLinks(host, project)).sort()).toEqual(
    ['data', 'other', 'shop'].map((name) => path.join(root, name)),
  )
})

test('a single file that is mounted is no folder', async () => {
  await using all = await scratch({ 'home/.npmrc': 'one' })
  const file = path.join(await realpath(all.path), 'home/.npmrc')
  expect(personPath(file, [file])).toEqual({ file })
  expect(personPath(path.dirname(file), [path.dirname(file)])).toMatchObject({ root: path.dirname(file) })
})
