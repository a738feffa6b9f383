import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { contextFiles, readIgnore } from '../../../main/definition/inputs/inputs.ts'
import { checkoutOf, type Scratch, scratch } from './scratch.ts'

async function files(folder: Scratch, patterns: string[], ignore?: string) {
  const ignoreFile = ignore === undefined ? undefined : { file: '.dockerignore', text: ignore }
  return contextFiles(await checkoutOf(folder.path), folder.path, [{ patterns }], ignoreFile)
}

const names = async (folder: Scratch, patterns: string[], ignore?: string) =>
  (await files(folder, patterns, ignore)).map(([name, , content]) =>
    content.length === 64 ? name : `${name} ${content}`,
  )

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('sources', () => {
  test('give path, executable bit and hash, sorted by bytes', async () => {
    await using folder = await scratch({ b: '1', 'a/x': '2', 'a-b': '3', '\uffee': '4', '😀': '5' })
    await folder.write('run.sh', '6', 0o755)
    expect(await files(folder, ['.'])).toEqual([
      ['a-b', false, sha256('3')],
      ['a/x', false, sha256('2')],
      ['b', false, sha256('1')],
      ['run.sh', true, sha256('6')],
      ['\uffee', false, sha256('4')],
      ['😀', false, sha256('5')],
    ])
  })

  test('are globs as Go has them', async () => {
    await using folder = await scratch({
      'package.json': '',
      'package-lock.json': '',
      'a/package.json': '',
      'b/c/d': '',
      '[x]': '',
      x: '',
    })
    expect(await names(folder, ['package*.json'])).toEqual(['package-lock.json', 'package.json'])
    expect(await names(folder, ['*/package.json'])).toEqual(['a/package.json'])
    expect(await names(folder, ['**/package.json'])).toEqual(['a/package.json'])
    expect(await names(folder, ['?'])).toEqual(['a/package.json', 'b/c/d', 'x'])
    expect(await names(folder, ['[a-w]/c'])).toEqual(['b/c/d'])
    expect(await names(folder, ['[^b]'])).toEqual(['a/package.json', 'x'])
    expect(await names(folder, ['[x]'])).toEqual(['x'])
    expect(await names(folder, ['\\[x]'])).toEqual(['[x]'])
    expect(await names(folder, ['[', 'missing', 'x/y'])).toEqual([])
  })

  test('that are folders give all below, and empty folders themselves', async () => {
    await using folder = await scratch({ 'src/a/b': '', 'src/c': '', other: '' })
    await folder.folder('src/empty/inner')
    expect(await names(folder, ['src'])).toEqual(['src/a/b', 'src/c', 'src/empty/inner dir'])
    expect(await names(folder, ['src/empty'])).toEqual(['src/empty/inner dir'])
  })

  test('do not list folders that they cannot reach', async () => {
    await using folder = await scratch({ 'package.json': '', 'a/b': '' })
    await chmod(folder.at('a'), 0o000)
    execFileSync('mkfifo', [folder.at('pipe')])
    expect(await names(folder, ['package*.json', './missing'])).toEqual(['package.json'])
    await chmod(folder.at('a'), 0o755)
  })
})

describe('links', () => {
  test('below a folder are kept as they are', async () => {
    await using folder = await scratch({ 'src/a': '1', outside: '2' })
    await folder.link('src/up', '../outside')
    await folder.link('src/away', '/etc/passwd')
    await folder.link('src/round', '.')
    expect(await names(folder, ['src'])).toEqual([
      'src/a',
      'src/away -> /etc/passwd',
      'src/round -> .',
      'src/up -> ../outside',
    ])
  })

  test('that a source goes through, or ends at, bring what they point to', async () => {
    await using folder = await scratch({ 'real/deep/a': '1', 'real/b': '2', 'c[d]': '3' })
    await folder.link('to', 'real/deep')
    await folder.link('twice', './to')
    await folder.link('odd', 'c[d]')
    await folder.link('root', '/real/b')
    expect(await names(folder, ['to/a'])).toEqual(['real/deep/a', 'to -> real/deep'])
    expect(await names(folder, ['twice'])).toEqual(['real/deep/a', 'to -> real/deep', 'twice -> ./to'])
    expect(await names(folder, ['o*'])).toEqual(['c[d]', 'odd -> c[d]'])
    expect(await names(folder, ['root'])).toEqual(['real/b', 'root -> /real/b'])
  })

  test('never lead out of the context', async () => {
    await using folder = await scratch({ 'context/a': '', secret: 'x', 'context/secret': 'inner' })
    await folder.link('context/out', '../secret')
    await folder.link('context/host', '/etc')
    const inside = { ...folder, path: folder.at('context') }
    expect(await names(inside, ['out', 'host/passwd'])).toEqual([
      'host -> /etc',
      'out -> ../secret',
      'secret',
    ])
  })

  test('in circles end', async () => {
    await using folder = await scratch({ a: '' })
    await folder.link('x', 'y')
    await folder.link('y', 'x')
    await folder.link('grow', 'grow/more')
    for (let at = 0; at < 10; at++) await folder.link(`here${at}`, '.')
    expect(await names(folder, ['x', 'grow'])).toEqual(['grow -> grow/more', 'x -> y', 'y -> x'])
    expect(await names(folder, ['*/*/*/*/*/*/*/*/a'])).toContain('a')
  })
})

describe('.dockerignore', () => {
  const tree = {
    'a.md': '',
    'README.md': '',
    'src/a.js': '',
    'src/a.md': '',
    'src/deep/b.md': '',
    'node_modules/x/y': '',
  }

  test.for([
    ['*.md', ['node_modules/x/y', 'src/a.js', 'src/a.md', 'src/deep/b.md']],
    ['**/*.md', ['node_modules/x/y', 'src/a.js', 'src/deep dir']],
    ['*.md\n!README.md', ['README.md', 'node_modules/x/y', 'src/a.js', 'src/a.md', 'src/deep/b.md']],
    ['!README.md\n*.md', ['node_modules/x/y', 'src/a.js', 'src/a.md', 'src/deep/b.md']],
    ['*\n!src/deep', ['src/deep/b.md']],
    ['*\n!src\nsrc/deep', ['src/a.js', 'src/a.md']],
    ['*\n!**/*.js', ['src/a.js']],
    ['# remark\n\n  /src/  \nnode_modules', ['README.md', 'a.md']],
    ['src/*\nnode_modules', ['README.md', 'a.md', 'src dir']],
    ['src/**\nnode_modules', ['README.md', 'a.md', 'src dir']],
    ['./x/../src\nnode_modules\n*.md', []],
    ['\ufeffsrc\r\nnode_modules\r\n*.md\r\n', []],
    ['SRC\nnode_modules\n*.md', ['src/a.js', 'src/a.md', 'src/deep/b.md']],
    ['src/?.js\nnode_modules\n[a-z].md', ['README.md', 'src/a.md', 'src/deep/b.md']],
  ] as const)('%j leaves %j', async ([text, left]) => {
    await using folder = await scratch(tree)
    const found = await names(folder, ['.'], text)
    expect(found).toEqual(left)
  })

  test('takes characters as they are that mean something to regular expressions', async () => {
    await using folder = await scratch({
      'app/(auth)/a': '',
      'app/x+y': '',
      constructor: '',
      'a{1}': '',
      'a|b': '',
    })
    expect(await names(folder, ['.'], 'app/(auth)\napp/x+y\nconstructor\na{1}\na|b')).toEqual(['app dir'])
  })

  test('holds for single files too, and for what lies below an ignored folder', async () => {
    await using folder = await scratch(tree)
    expect(await names(folder, ['a.md', 'src/a.js', 'src/deep'], '*.md\nsrc/deep')).toEqual(['src/a.js'])
  })

  test('with a broken pattern is refused with its line', async () => {
    await using folder = await scratch(tree)
    await expect(files(folder, ['.'], 'x\n[a\n')).rejects.toMatchObject({
      code: 'definition-invalid',
      data: { line: 2 },
    })
  })

  test('beside the Dockerfile wins over that of the context', async () => {
    await using folder = await scratch({ '.dockerignore': 'a', 'docker/dev.Dockerfile.dockerignore': 'b' })
    expect(await readIgnore(folder, '.', 'docker/dev.Dockerfile')).toEqual({
      file: 'dev.Dockerfile.dockerignore',
      text: 'b',
    })
    expect(await readIgnore(folder, '.', 'Dockerfile')).toEqual({
      file: '.dockerignore',
      text: 'a',
    })
    expect(await readIgnore(folder, 'docker', 'Dockerfile')).toBeUndefined()
  })

  test('is refused where reading it would not end, or would show what is not of the project', async () => {
    await using folder = await scratch({})
    execFileSync('mkfifo', [folder.at('.dockerignore')])
    await folder.link('endless.dockerignore', '/dev/zero')
    await folder.link('host.dockerignore', '/etc/passwd')
    for (const dockerfile of ['Dockerfile', 'endless', 'host'])
      await expect(readIgnore(folder, '.', dockerfile)).rejects.toMatchObject({ code: 'definition-invalid' })
  })
})

describe('what cannot be an input', () => {
  test('is a pipe or a socket, unless it is ignored', async () => {
    await using folder = await scratch({ a: '' })
    execFileSync('mkfifo', [folder.at('pipe')])
    await expect(files(folder, ['.'])).rejects.toMatchObject({
      code: 'input-unreadable',
      data: { path: 'pipe' },
    })
    expect(await names(folder, ['.'], 'pipe')).toEqual(['a'])
    const server = createServer().listen(folder.at('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    await expect(files(folder, ['socket'])).rejects.toMatchObject({
      data: { path: 'socket', problem: 'it is a socket' },
    })
    await new Promise((resolve) => server.close(resolve))
  })

  test.skipIf(process.platform !== 'linux')(
    'is a link of a name that is not UTF-8, and its folder is not empty',
    async () => {
      await using folder = await scratch({ 'a/b': '' })
      await symlink('b', Buffer.concat([Buffer.from(folder.at('a/')), Buffer.from([0xff])]))
      await expect(files(folder, ['.'])).rejects.toMatchObject({
        code: 'input-unreadable',
        data: { path: 'a/\ufffd', problem: 'its name is not valid UTF-8' },
      })
    },
  )

  test('is a name that is not UTF-8 or holds a line end or a NUL', async () => {
    await using folder = await scratch({})
    await expect(files(folder, ['a\0b'])).rejects.toMatchObject({
      code: 'input-unreadable',
      data: { path: '"a\\u0000b"', problem: 'no name can hold a NUL' },
    })
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0x61, 0xff])]), '')
    await expect(files(folder, ['.'])).rejects.toMatchObject({ code: 'input-unreadable' })
    await using other = await scratch({ 'a\nb': '' })
    await expect(files(other, ['.'])).rejects.toMatchObject({ code: 'input-unreadable' })
  })

  test('is a context that does not exist', async () => {
    await using folder = await scratch({})
    const gone = { ...folder, path: folder.at('gone') }
    await expect(files(gone, ['.'])).rejects.toMatchObject({ code: 'input-unreadable' })
  })
})
